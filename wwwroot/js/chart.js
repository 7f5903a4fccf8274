// Drives Apache ECharts without its C# wrapper: options as JSON, points appended in place, no eval.
const palette = {
  dark: { text: '#9fb0bd', line: '#222c35', axis: '#3a4855', surface: '#12181e', colors: ['#5cc0dd', '#f0a070', '#a9adf0', '#63c98e', '#e8b04a', '#ff8a80', '#c792ea', '#8fa0ae'] },
  light: { text: '#4c5b68', line: '#e3e8ec', axis: '#b5c0c9', surface: '#ffffff', colors: ['#0b6b8a', '#b3541e', '#5b5f97', '#1d7a46', '#9a5b00', '#b3261e', '#7b3fa0', '#4a5a68'] },
};

const theme = () => palette[fractureDashboard.isDark() ? 'dark' : 'light'];
const list = value => value === undefined ? [] : Array.isArray(value) ? value : [value];

const rounded = value => typeof value === 'number' ? String(Number(value.toPrecision(5))) : value;

function styled(options) {
  const t = theme();
  // A series that names a tone takes that colour of the palette, whatever its place.
  const toned = s => s.tone === undefined ? s : { ...s, color: t.colors[s.tone] };
  const axis = a => ({
    ...a,
    axisLine: { ...a.axisLine, lineStyle: { color: t.axis } },
    axisTick: { lineStyle: { color: t.axis } },
    axisLabel: { color: t.text, ...(a.type === 'log' ? { formatter: v => v.toExponential(0) } : {}), ...a.axisLabel },
    nameTextStyle: { color: t.text },
    splitLine: { lineStyle: { color: t.line }, ...a.splitLine },
  });
  return {
    animation: false,
    color: t.colors,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: t.text },
    ...options,
    grid: options.grid ?? { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    legend: options.legend == null ? undefined : { type: 'scroll', inactiveColor: t.axis, pageTextStyle: { color: t.text }, pageIconColor: t.text, pageIconInactiveColor: t.axis, ...options.legend, textStyle: { color: t.text, ...options.legend.textStyle } },
    tooltip: { backgroundColor: t.surface, borderColor: t.line, textStyle: { color: t.text }, confine: true, valueFormatter: rounded, ...options.tooltip },
    series: list(options.series).map(toned),
    xAxis: options.xAxis === undefined ? undefined : list(options.xAxis).map(axis),
    yAxis: options.yAxis === undefined ? undefined : list(options.yAxis).map(axis),
  };
}

// A series never holds more points than this; beyond it, it is thinned to half.
const mostPoints = 4000;

// Keeps the lowest and the highest point of each of equally wide stretches of x, and both ends.
export function thin(points, wanted) {
  if (points.length <= wanted) return points;
  const first = points[0], last = points[points.length - 1];
  const buckets = Math.floor((wanted - 2) / 2);
  const width = (last[0] - first[0]) / buckets || 1;
  const kept = [first];
  let bucket = -1, low, high;
  const flush = () => {
    if (bucket < 0) return;
    kept.push(low);
    if (high !== low) kept.push(high);
    if (kept.length > 1 && kept[kept.length - 2][0] > kept[kept.length - 1][0]) kept.push(kept.splice(-2, 1)[0]);
  };
  for (const point of points.slice(1, -1)) {
    const b = Math.min(buckets - 1, Math.floor((point[0] - first[0]) / width));
    if (b !== bucket) {
      flush();
      [bucket, low, high] = [b, point, point];
    } else {
      if (point[1] < low[1]) low = point;
      if (point[1] > high[1]) high = point;
    }
  }
  flush();
  kept.push(last);
  return kept;
}

export function create(element, options) {
  const chart = echarts.init(element, null, { renderer: 'canvas' });
  let current = options;
  let data = list(options.series).map(s => [...(s.data ?? [])]);
  // On a category axis a number would be taken for a position; its text names the place.
  const isStacked = () => list(current.xAxis)[0]?.type === 'category' && list(current.xAxis)[0].data === undefined && list(current.series).some(s => s.stack);
  const placed = points => isStacked() ? points.map(p => [String(p[0]), p[1]]) : points;
  const draw = () => chart.setOption(styled({ ...current, series: list(current.series).map((s, i) => ({ ...s, data: placed(data[i]) })) }), { notMerge: true });
  const count = () => element.dataset.points = data.reduce((n, d) => n + d.length, 0);
  draw();
  count();

  const observer = new ResizeObserver(() => chart.resize());
  observer.observe(element);
  addEventListener('fd-theme', draw);

  return {
    append(points) {
      for (const [index, added] of Object.entries(points)) {
        // A resumed run repeats the steps of its unfinished epoch: the newer point wins.
        const series = data[index];
        const first = added.length ? added[0][0] : Infinity;
        while (series.length && series[series.length - 1][0] >= first) series.pop();
        series.push(...added);
        if (!isStacked() && series.length > mostPoints) data[index] = thin(series, mostPoints / 2);
      }
      // Series that stand on one another must keep the same places.
      if (isStacked() && data[0].length > mostPoints) data = data.map(d => d.filter((_, i) => i % 2 === 0 || i === d.length - 1));
      chart.setOption({ series: data.map(d => ({ data: placed(d) })) }, { lazyUpdate: true });
      count();
    },
    move(points) {
      for (const [index, moved] of Object.entries(points)) data[index] = moved;
      chart.setOption({ series: data.map(d => ({ data: placed(d) })) }, { lazyUpdate: true });
      count();
    },
    replace(next) {
      current = next;
      data = list(next.series).map(s => [...(s.data ?? [])]);
      draw();
      count();
    },
    dispose() {
      removeEventListener('fd-theme', draw);
      observer.disconnect();
      chart.dispose();
    },
  };
}
