"""Metrics of random cases by scikit-learn and scipy, to hold the C# ones against.

    /usr/bin/python3 metrics.py OUTPUT.json

The seeds are fixed, so the cases are always the same; metrics.json beside this file was written by it.
DeLong's variance is worked out by its definition, pair by pair. What is undefined is null.
"""
import json
import sys

import numpy as np
from scipy import optimize, special, stats
from sklearn import metrics

EPS = np.finfo(float).eps
BINS = 10


def cases():
    """Scores of two models and labels: ties, imbalance, few images, certain and wrong, perfect, reversed, constant."""
    for seed in range(320):
        random = np.random.RandomState(seed)
        count = int(random.choice([1, 2, 4, 6, 8, 13, 13, 21, 34, 55]))
        prevalence = random.choice([0.02, 0.1, 0.3, 0.5, 0.5, 0.7, 0.95])
        labels = (random.uniform(size=count) < prevalence).astype(int)
        if seed % 4 and count > 3:
            labels[:4] = [0, 1, 0, 1]
        logits = random.normal(size=count) * random.choice([0.5, 2, 6]) + random.choice([0, 1, 3]) * (labels - 0.5)
        other = logits * 0.7 + random.normal(size=count)
        kind = seed % 8
        scores, second = special.expit(logits), special.expit(other)
        if kind == 1:  # many ties
            scores, second = np.round(scores, 1), np.round(second, 1)
        elif kind == 2:  # some ties, on the edges of bins
            scores, second = np.round(scores * 20) / 20, np.round(second, 2)
        elif kind == 3:  # certain, and at times wrong
            scores = np.where(scores > 0.6, 1.0, np.where(scores < 0.2, 0.0, scores))
        elif kind == 4 and seed % 3 == 0:  # constant
            scores = np.full(count, 0.25)
        elif kind == 5 and seed % 3 == 0:  # perfect
            scores = np.where(labels == 1, 0.5 + scores / 2, scores / 2.001)
        elif kind == 6 and seed % 3 == 0:  # the wrong way round
            scores = np.where(labels == 0, 0.5 + scores / 2, scores / 2.001)
        elif kind == 7 and seed % 3 == 0:  # far out
            scores = special.expit(logits * 4)
        digits = 6 if kind != 7 else 14
        yield seed, np.round(scores, digits), np.round(second, digits), labels, float(random.choice([0.1, 0.25, 0.5, 0.8]))


def delong(labels, *models):
    """Areas and their covariance from the kernel of every pair (DeLong, DeLong and Clarke-Pearson, 1988)."""
    positives, negatives = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    if not len(positives) or not len(negatives):
        return None, None
    areas, rows, columns = [], [], []
    for scores in models:
        kernel = np.array([[1.0 if scores[p] > scores[n] else 0.5 if scores[p] == scores[n] else 0.0 for n in negatives] for p in positives])
        areas.append(kernel.mean())
        rows.append(kernel.mean(axis=1))
        columns.append(kernel.mean(axis=0))
    if len(positives) < 2 or len(negatives) < 2:
        return areas, None
    return areas, np.atleast_2d(np.cov(rows)) / len(positives) + np.atleast_2d(np.cov(columns)) / len(negatives)


def share(part, whole):
    """A share with its Wilson interval."""
    if whole == 0:
        return None
    interval = stats.binomtest(int(part), int(whole)).proportion_ci(method="wilson")
    return [part / whole, interval.low, interval.high]


def reliability(scores, labels, bin_of):
    """Expected calibration error for a bin of each image."""
    return sum(abs(labels[bin_of == b].sum() - scores[bin_of == b].sum()) for b in np.unique(bin_of)) / len(scores)


def temperature(scores, labels):
    """The temperature of least loss, by a search that knows no derivative; None where it runs against its bounds."""
    if len(np.unique(labels)) < 2:
        return None
    logits = special.logit(np.clip(scores, EPS, 1 - EPS))
    wrong = np.where(labels == 1, -logits, logits)

    def loss(log_temperature):
        return np.logaddexp(0, wrong * np.exp(-log_temperature)).mean()

    # The loss has one valley in 1/temperature; a grid finds it, and the search its lowest point.
    bound = np.log(100)
    grid = np.linspace(-bound, bound, 400)
    lowest = int(np.argmin([loss(t) for t in grid]))
    if lowest in (0, len(grid) - 1):
        return None
    found = optimize.minimize_scalar(loss, bounds=(grid[lowest - 1], grid[lowest + 1]), method="bounded", options={"xatol": 1e-12})
    return [float(np.exp(found.x)), float(found.fun)]


def measure(scores, second, labels, threshold):
    both = 0 < labels.sum() < len(labels)
    calls = (scores >= threshold).astype(int)
    tn, fp, fn, tp = (int(v) for v in metrics.confusion_matrix(labels, calls, labels=[0, 1]).ravel())
    areas, covariance = delong(labels, scores, second)
    order = np.sort(scores)
    comparison = None
    if covariance is not None:
        variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
        if variance > 1e-12:
            z = (areas[0] - areas[1]) / np.sqrt(variance)
            comparison = [z, 2 * stats.norm.sf(abs(z))]
    return {
        "matrix": [tp, fp, tn, fn],
        "accuracy": share(tp + tn, len(labels)),
        "sensitivity": share(tp, tp + fn),
        "specificity": share(tn, tn + fp),
        "ppv": share(tp, tp + fp),
        "npv": share(tn, tn + fn),
        "balancedAccuracy": metrics.balanced_accuracy_score(labels, calls) if both else None,
        "f1": metrics.f1_score(labels, calls) if tp + fp + fn else None,
        "mcc": metrics.matthews_corrcoef(labels, calls) if both and 0 < calls.sum() < len(calls) else None,
        "auc": metrics.roc_auc_score(labels, scores) if both else None,
        "averagePrecision": metrics.average_precision_score(labels, scores) if labels.sum() else None,
        "brier": metrics.brier_score_loss(labels, scores, pos_label=1),
        "logLoss": metrics.log_loss(labels, scores, labels=[0, 1]),
        "calibrationErrorWidth": reliability(scores, labels, np.clip(np.searchsorted(np.arange(BINS + 1) / BINS, scores, side="right") - 1, 0, BINS - 1)),
        "calibrationErrorMass": reliability(scores, labels, np.searchsorted(order, scores, side="left") * BINS // len(scores)),
        "delongVariance": None if covariance is None else covariance[0, 0],
        "delongComparison": comparison,
        "temperature": temperature(scores, labels),
    }


def main():
    written = [
        {"seed": seed, "threshold": threshold, "scores": scores.tolist(), "second": second.tolist(), "labels": labels.tolist(), "expected": measure(scores, second, labels, threshold)}
        for seed, scores, second, labels, threshold in cases()
    ]
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":"), default=float) for case in written) + "\n]\n")


main()
