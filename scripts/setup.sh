# Shared by ./run and ./test: checks what the machine lacks and installs it where that is possible.
# Sourced, not executed. Every function is idempotent and quick when there is nothing to do.

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

is_root() { [ "$(id -u)" -eq 0 ]; }
is_debian12() { [ -r /etc/os-release ] && grep -q '^ID=debian' /etc/os-release && grep -q '^VERSION_ID="12"' /etc/os-release; }

need_dotnet() {
  command -v dotnet >/dev/null 2>&1 ||
    die ".NET SDK 10 is not installed. Get it from https://dotnet.microsoft.com/download/dotnet/10.0 (Debian/Ubuntu: package dotnet-sdk-10.0), then run this again."
  dotnet --list-sdks | grep -q '^10\.' ||
    die "the .NET SDK found is not version 10 ($(dotnet --version 2>/dev/null)). Install the .NET SDK 10, then run this again."
}

apt_updated=0
apt_update_once() {
  [ "$apt_updated" -eq 1 ] && return 0
  apt-get -qq update >/dev/null || die "apt-get update failed; check the network and /etc/apt/sources.list.d"
  apt_updated=1
}

apt_install() {
  apt_update_once
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null ||
    die "apt-get install $* failed"
}

# libstdc++.so.6 as the dynamic linker would find it.
libstdcxx_path() {
  local path
  path=$({ ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null; } | awk '/libstdc\+\+\.so\.6 .*x86-64/ {print $NF; exit}')
  [ -n "$path" ] && printf '%s' "$path" || printf '/usr/lib/x86_64-linux-gnu/libstdc++.so.6'
}

# TorchSharp's native library is built with GCC 13.2 and needs GLIBCXX_3.4.32, which Debian 12 does not have.
has_cxx_runtime() { grep -qa 'GLIBCXX_3\.4\.32' "$(libstdcxx_path)" 2>/dev/null; }

need_cxx_runtime() {
  [ "$(uname -s)" = Linux ] || return 0
  has_cxx_runtime && return 0
  if is_root && is_debian12; then
    say "Installing a C++ runtime new enough for TorchSharp (libstdc++6 from Debian 13) ..."
    sed 's/^Suites:.*/Suites: trixie/' /etc/apt/sources.list.d/debian.sources |
      awk 'BEGIN{RS="";ORS="\n\n"} !/security/' > /etc/apt/sources.list.d/fracturedashboard-trixie.sources
    printf 'Package: *\nPin: release n=trixie*\nPin-Priority: 100\n' > /etc/apt/preferences.d/fracturedashboard-trixie
    apt_updated=0
    apt_update_once
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends -t trixie libstdc++6 >/dev/null ||
      say "warning: libstdc++6 could not be installed; training and prediction will be unavailable"
  fi
  has_cxx_runtime || {
    say "warning: the C++ runtime here is older than GCC 13.2 (GLIBCXX_3.4.32 is missing)."
    say "         Training and prediction will be unavailable; browsing works. To fix it:"
    say "         Debian 12: run this script as root once, or install libstdc++6 from Debian 13 (trixie)."
    say "         Ubuntu 22.04: add ppa:ubuntu-toolchain-r/test and install libstdc++6.  RHEL 9: use Ubuntu 24.04, Debian 13 or Fedora 39+."
  }
}

# DICOM files are read by DCMTK's programs; without them uploads of DICOM are refused, saying why.
need_dcmtk() {
  command -v dcmdump >/dev/null 2>&1 && command -v dcmj2pnm >/dev/null 2>&1 && return 0
  if is_root && [ -r /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
    say "Installing DCMTK to read DICOM files ..."
    if ! ( apt_update_once && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends dcmtk >/dev/null ); then
      say "warning: dcmtk could not be installed; DICOM files will be refused"
    fi
  else
    say "warning: DCMTK is not installed; DICOM files will be refused. Install it (Debian, Ubuntu: dcmtk; Fedora: dcmtk; macOS: brew install dcmtk)."
  fi
}

# The interchange test loads exported weights in Debian's PyTorch; without it that test skips and says so.
need_python_torch() {
  /usr/bin/python3 -c 'import numpy, torch' >/dev/null 2>&1 && return 0
  if is_root && [ -r /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
    say "Installing PyTorch for Python for the interchange tests ..."
    apt_install python3-torch python3-numpy
  else
    say "warning: /usr/bin/python3 has no torch; the interchange tests will be skipped. Install python3-torch and python3-numpy."
  fi
}

# The tests of the metrics ask scikit-learn and scipy for a second opinion; without them only the stored one is asked.
need_python_sklearn() {
  /usr/bin/python3 -c 'import sklearn, scipy' >/dev/null 2>&1 && return 0
  if is_root && [ -r /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
    say "Installing scikit-learn for Python for the tests of the metrics ..."
    apt_install python3-sklearn python3-scipy
  else
    say "warning: /usr/bin/python3 has no sklearn; the metrics will be tested against stored figures only. Install python3-sklearn and python3-scipy."
  fi
}

# The browser tests drive Debian's Chromium. Elsewhere they use the one named in CHROMIUM_PATH, or skip and say so.
need_chromium() {
  command -v chromium >/dev/null 2>&1 && return 0
  [ -n "${CHROMIUM_PATH:-}" ] && [ -x "$CHROMIUM_PATH" ] && return 0
  if is_root && command -v apt-get >/dev/null 2>&1; then
    say "Installing Chromium for the browser tests ..."
    apt_install chromium fonts-dejavu-core
  else
    say "warning: no chromium found; the browser tests will be skipped. Install it, or set CHROMIUM_PATH."
  fi
}
