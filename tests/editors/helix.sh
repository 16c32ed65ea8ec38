#!/usr/bin/env bash
# Helix with the configuration of editors/README.md, in a terminal of its own, against the real server. Run by .ci/editors with HELIX, WERFKIT and PROJECT.
# Reads what stands on the screen. Ends with 0 when every test passed.
set -euo pipefail

PATH=$(dirname "$WERFKIT"):$PATH
export PATH TERM=xterm-256color LC_ALL=C.UTF-8
session=werfkit-$$
terminal() { tmux -L "$session" "$@"; }
trap 'terminal kill-server 2>/dev/null || true' EXIT
passed=0
failed=0

# sees NAME TEXT…: waits until every text stands on the screen
sees() {
  local name=$1 screen text missing
  shift
  for _ in $(seq 200); do
    screen=$(terminal capture-pane -p -t "$session")
    missing=""
    for text in "$@"; do
      [[ $screen == *"$text"* ]] || missing=$text
    done
    if [ -z "$missing" ]; then
      echo "ok - helix: $name"
      passed=$((passed + 1))
      return 0
    fi
    sleep 0.1
  done
  printf 'not ok - helix: %s\nnever on the screen: %s\n%s\n' "$name" "$missing" "$screen"
  failed=$((failed + 1))
}
keys() { terminal send-keys -t "$session" "$@"; }

health=$("$HELIX" --health werf-yaml)
if [[ $health == *werfkit* ]]; then
  echo "ok - helix: the server is configured"
  passed=1
else
  printf 'not ok - helix: the server is configured\n%s\n' "$health"
  failed=1
fi

terminal -f /dev/null new-session -d -s "$session" -x 160 -y 45 -c "$PROJECT" "'$HELIX' werf.yaml"
sees "the file is shown" "project: shop"
# The cursor on line 13, where the mistake is.
keys ':13' Enter
sees "the mistake is marked" "unknown key"
keys Space D
sees "the list of problems has it with its rule" "unknown-field" "werf.yaml"
keys Escape
keys ':20' Enter
keys Space k
sees "hover tells what a key means" "image"
keys Escape
keys ':13' Enter
keys Space a
sees "code actions are offered" "fromCacheVersion"
keys Enter
sees "a quick fix is applied" 'fromCacheVersion: "2024-06"'
keys Escape ':20' Enter gl
keys o
keys 'ansi'
sees "a half-typed key is completed" "ansible"
keys Escape
keys ':open .werf/service.tmpl' Enter
sees "a template is werf's too" "unknown key" "instal"
keys ':quit-all!' Enter

echo "helix: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
