#!/usr/bin/env bash
# Rasa for the counter: its own environment, a model of nlu_data, a server on loopback.
#
#   rasa_server/run.sh train            make the environment and the model, where they are not yet
#   rasa_server/run.sh serve [PORT]     the same, then serve; a server that runs takes the new model
#
# RASA_CONFIG names another model configuration: rasa_server/diet.yml.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly venv=rasa_server/.venv var=rasa_server/var lock=rasa_server/requirements.lock
readonly config=${RASA_CONFIG:-config.yml}
# No reports to Rasa's makers; no warnings of libraries that nobody here can mend.
export RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 PYTHONWARNINGS=ignore
export RASA_CACHE_DIRECTORY=$var/cache

# A Python 3.10 that runs: of the PATH, of pyenv, of uv.
python_3_10() {
  local found
  for found in python3.10 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python \
      "$(uv python find 3.10 2>/dev/null || .venv/bin/uv python find 3.10 2>/dev/null)"; do
    if "$found" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; then
      echo "$found"
      return
    fi
  done
  echo "Rasa 3.6 needs Python 3.10: install it (pyenv install 3.10, or uv python install 3.10)," \
    "then try again" >&2
  exit 2
}

# The environment, when the lock is not the one it was made from.
set_up() {
  local python
  cmp -s "$lock" "$venv/.installed" && return
  python=$(python_3_10)
  echo "Installing Rasa into $venv, once: about 3 GB." >&2
  "$python" -m venv --clear "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --require-hashes --no-deps -r "$lock"
  cp "$lock" "$venv/.installed"
}

# The model's file, named after everything it is made of; the counter's own settings are no part.
model_file() {
  local hash
  hash=$({ sed '/^bot:/,$d' "$config"; cat "$lock" rasa_server/*.py
           find nlu_data/ja nlu_data/en -name '*.yml' | LC_ALL=C sort | xargs cat; } \
         | sha256sum | cut -c1-16)
  echo "$var/models/$(basename "$config" .yml)-$hash.tar.gz"
}

train() {
  local file
  file=$(model_file)
  [ -e "$file" ] && return
  echo "Teaching Rasa nlu_data, once: this takes some minutes." >&2
  mkdir -p "$var/models"
  "$venv/bin/rasa" train nlu --config "$config" --nlu nlu_data \
    --out "$var/models" --fixed-model-name "$(basename "$file" .tar.gz)" >"$var/training.log" 2>&1 ||
    { tail -n 20 "$var/training.log" >&2; exit 1; }
}

case "${1:-}" in
  train) set_up; train; model_file ;;
  serve) set_up; train; exec "$venv/bin/python" -m rasa_server.serve "$(model_file)" "${2:-5005}" ;;
  *) echo "usage: rasa_server/run.sh train | serve [PORT]" >&2; exit 2 ;;
esac
