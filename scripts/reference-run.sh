#!/usr/bin/env bash
# Runs the notebook's experiment on the whole reference data set through the web forms (register, index, browse, train
# "Baseline (notebook)" and "Augmented (notebook)" for five epochs, predict ten test images, compare) and writes the
# tables and the pictures of the run and comparison pages into a folder. Takes about a quarter of an hour on two cores.
# Usage: scripts/reference-run.sh FOLDER
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/setup.sh
[ $# -eq 1 ] || die "usage: scripts/reference-run.sh FOLDER"
need_dotnet
need_cxx_runtime
need_chromium
mkdir -p "$1"
out="$(cd "$1" && pwd)"
dotnet build FractureDashboard.Tests -c Release --nologo -v quiet -clp:NoSummary
FRACTUREDASHBOARD_REFERENCE_REPORT="$out" \
  FractureDashboard.Tests/bin/Release/net10.0/FractureDashboard.Tests -noColor -class FractureDashboard.Tests.Browser.ReferenceSetTests
