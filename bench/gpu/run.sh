#!/usr/bin/env bash
# Measures training on an NVIDIA GPU: does it compute what the CPU does, and how fast, beside PyTorch where Python has it.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
. "$root/scripts/setup.sh"

case "${1:-}" in
  -h|--help)
    cat <<'H'
Usage: bench/gpu/run.sh [--quick]

Builds the benchmarks against CUDA (downloads several GB the first time) into artifacts/cuda and prints, as Markdown:
whether the losses of 20 steps agree between CPU and GPU, images/s for batches of 32 to 512, and the time of an epoch of
9,246 images of 224 px, each beside the same network in PyTorch where a Python with torch and CUDA is found
(FRACTUREDASHBOARD_PYTHON names another than python3). --quick shows that it works, not how fast.
Without an NVIDIA GPU it says so and ends with 0.
H
    exit 0 ;;
  ""|--quick) ;;
  *) die "unknown option: $1" ;;
esac

# Asked before anything is downloaded.
if ! nvidia-smi -L >/dev/null 2>&1; then
  echo "GPU: skipped, since nvidia-smi shows no GPU here. Run this on a machine with an NVIDIA GPU and its driver."
  exit 0
fi
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader | sed 's/^/GPU: /'

need_dotnet
need_cxx_runtime
if [ -z "${FRACTUREDASHBOARD_PYTHON:-}" ] && python=$(command -v python3); then
  export FRACTUREDASHBOARD_PYTHON="$python"
fi

# Apart from the build for the CPU, which keeps its own packages and outputs.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
out="$root/artifacts/cuda"
dotnet build "$root/bench/FractureDashboard.Bench" -c Release --artifacts-path "$out" -p:TorchBackend=cuda --nologo -v quiet -clp:NoSummary ||
  die "the build failed; the messages above say why"
exec "$out/bin/FractureDashboard.Bench/release/FractureDashboard.Bench" gpu "$@"
