#!/usr/bin/env bash
# Takes the documentation's pictures of every page (dark, light, narrow) into docs/screenshots: starts the dashboard on
# an empty data folder, trains the notebook's pair on the demo set and walks through the pages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/setup.sh
need_dotnet
need_cxx_runtime
need_chromium
mkdir -p docs/screenshots
dotnet build FractureDashboard.Tests -c Release --nologo -v quiet -clp:NoSummary
FRACTUREDASHBOARD_SCREENSHOTS="$PWD/docs/screenshots" \
  FractureDashboard.Tests/bin/Release/net10.0/FractureDashboard.Tests -noColor -class FractureDashboard.Tests.Browser.PageTourTests
