#!/usr/bin/env bash
# Says on a pull or merge request what it changes of a cloud: synthesizes the cloud, compares that with what the target
# branch has and with what is committed, and keeps one comment. Run by action.yml and docs/ci/gitlab.yml, at the top of
# the repository; docs/ci.md says what it shows.
#
# Ends with 0; with 1 where what is committed is not what the cloud gives, or something could not be done; with 2 where
# something would be refused. That a comment could not be written changes nothing of it.
set -euo pipefail

cloud=${KOLLA_CDK8S_CLOUD:-cloud.yaml}
out=${KOLLA_CDK8S_OUT:-gitops}
args=${KOLLA_CDK8S_ARGS-}
fail_on=${KOLLA_CDK8S_FAIL_ON:-refused}
# What reads the files of a pull request needs no token, and gets none.
token=${KOLLA_CDK8S_TOKEN-}
unset KOLLA_CDK8S_TOKEN

# https://docs.github.com/en/rest/issues/comments: every pull request is an issue.
# https://docs.gitlab.com/api/notes/#merge-requests
if [ -n "${GITHUB_ACTIONS-}" ]; then
  service=github
  number=${KOLLA_CDK8S_PULL_REQUEST-}
  comments=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$number/comments
  one_comment=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments
  update=PATCH
  authorization="Authorization: Bearer $token"
else
  service=gitlab
  number=${CI_MERGE_REQUEST_IID-}
  comments=$CI_API_V4_URL/projects/${CI_MERGE_REQUEST_PROJECT_ID-}/merge_requests/$number/notes
  one_comment=$comments
  update=PUT
  authorization="PRIVATE-TOKEN: $token"
fi
# Not seen by readers; a repository may hold several clouds, each with a comment.
marker="<!-- kolla-cdk8s: $out -->"

command=(node "$(dirname "$0")/../build/cli/main.js")
temp=$(mktemp -d)

# GitHub's runner takes lines of the output for commands, and texts of the pull request are among them.
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
stopped=
stop_commands() {
  [ "$service" = github ] || return 0
  stopped=${temp##*/}
  echo "::stop-commands::$stopped"
}
start_commands() {
  [ -z "$stopped" ] || echo "::$stopped::"
  stopped=
}
trap 'start_commands && rm -rf "$temp"' EXIT

# Says a line that is seen on the page of the run: LEVEL (error, warning, notice) TEXT.
say() {
  local text=$2
  if [ "$service" = github ]; then
    text=${text//'%'/%25}
    text=${text//$'\r'/%0D}
    echo "::$1::${text//$'\n'/%0A}"
  else
    echo "$1: $text"
  fi
}

report() { printf '%s\n' "$@" >>"$temp/report.md"; }

# As code, whatever is in it: no text ends a block that is indented.
report_code() {
  report ''
  tr -d '\r' | sed 's/^/    /' >>"$temp/report.md"
  report ''
}

# The commit to compare with. Without a pull request, the one that is checked out.
base_commit() {
  if [ -z "$number" ]; then
    git rev-parse HEAD
  elif [ "$service" = gitlab ]; then
    # The first is there in pipelines of merged results alone, where HEAD has the whole target branch.
    # https://docs.gitlab.com/ci/variables/predefined_variables/#predefined-variables-for-merge-request-pipelines
    echo "${CI_MERGE_REQUEST_TARGET_BRANCH_SHA:-$CI_MERGE_REQUEST_DIFF_BASE_SHA}"
  else
    # GITHUB_SHA is the merge of the pull request into its target branch, whose commit is the first parent. Git shows no
    # parents at the end of a shallow history, but the commit itself names them.
    # https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request
    [ "$(git rev-parse HEAD)" = "$GITHUB_SHA" ] || return 1
    git cat-file commit HEAD | sed -n 's/^parent //p' | sed -n 1p
  fi
}

# The tree of a folder of a commit: COMMIT FOLDER. An empty one where the commit has none.
tree_of() { git rev-parse --verify --quiet "$1:./$out/$2" || git mktree </dev/null; }

# The tree of what synth wrote. Trees are compared, for no attribute of the pull request leaves out or converts a file of
# them, as it does where files are checked out or archived.
tree_of_fresh() (
  GIT_DIR=$(git rev-parse --absolute-git-dir) && export GIT_DIR GIT_WORK_TREE="$temp/fresh" GIT_INDEX_FILE="$temp/index" &&
    cd "$temp/fresh" && git add --all --force . && git write-tree
)

# What synth adds, changes and removes: TREE TREE, the folder in both of them.
differing() {
  local there
  there=$(git rev-parse --verify --quiet "$2:$3" || git mktree </dev/null)
  git diff-tree -r --no-renames --name-status "$1" "$there" | sed -E "s,\t\"?,&$3/,"
}

# Asks the API: METHOD URL [FILE]. The answer is in $temp/answer.
ask() {
  local status
  status=$(curl --silent --show-error --max-time 60 --request "$1" --header @"$temp/headers" ${3:+--data-binary @"$3"} \
    --output "$temp/answer" --write-out '%{http_code}' "$2") || return 1
  case $status in
    2??) ;;
    *)
      printf 'HTTP %s: %s\n' "$status" "$(head -c 300 "$temp/answer" | tr -s '[:space:]' ' ')"
      return 1
      ;;
  esac
}

# Prints the id of our comment, if there is one.
our_comment() {
  local found page
  for ((page = 1; ; page++)); do
    ask GET "$comments?per_page=100&page=$page" >&2 || return 1
    found=$(node -e '
      const [file, marker] = process.argv.slice(1);
      const comments = JSON.parse(require("fs").readFileSync(file, "utf8"));
      const ours = comments.find(({ body }) => body?.startsWith(marker));
      console.log(ours?.id ?? (comments.length < 100 ? "none" : "more"));
    ' "$temp/answer" "$marker") || return 1
    case $found in
      more) ;;
      none) return 0 ;;
      *) echo "$found" && return 0 ;;
    esac
  done
}

# Updates our comment. One that says that nothing changes is not begun with.
write_comment() {
  local id
  printf '%s\n' "$authorization" 'Content-Type: application/json' 'User-Agent: kolla-cdk8s' >"$temp/headers"
  node -e '
    const [from, to] = process.argv.slice(1);
    const { readFileSync, writeFileSync } = require("fs");
    writeFileSync(to, JSON.stringify({ body: readFileSync(from, "utf8") }));
  ' "$temp/report.md" "$temp/body.json" || return 1
  id=$(our_comment) || return 1
  if [ -n "$id" ]; then
    ask "$update" "$one_comment/$id" "$temp/body.json"
  elif [ "$changed$stale$broken" != falsefalsefalse ]; then
    ask POST "$comments" "$temp/body.json"
  fi
}

case $fail_on in
  refused | never) ;;
  *) say error "fail-on: found '$fail_on', refused or never is needed" && exit 1 ;;
esac

files=()
while read -r file; do [ -z "$file" ] || files+=("$file"); done <<<"$cloud"
# Words at blanks, and nothing else of what a shell makes of a text.
words=()
while read -r -a line; do words+=("${line[@]}"); done <<<"$args"
# What points a tool at the output names its place in the repository, which is not where it is written here.
case " ${words[*]} " in
  *' --gitops-path'*) ;;
  *' --gitops '[af]* | *' --gitops='[af]*) words+=("--gitops-path=$out") ;;
esac
synth=(synth "${files[@]/#/--cloud=}" "${words[@]}")
names=$(IFS=, && echo "${files[*]}")

against='the target branch'
[ -n "$number" ] || against='what is committed'
base=$(base_commit) || {
  say error 'what is checked out is not the merge of the pull request: leave the ref of actions/checkout at its default'
  exit 1
}
git cat-file -e "$base^{commit}" 2>/dev/null || git fetch --quiet --no-tags --depth=1 origin "$base" || {
  say error "the commit $base of the target branch cannot be fetched: check out two commits, as docs/ci.md has it"
  exit 1
}

stop_commands
umask 077
report "$marker" "### kolla-cdk8s: \`$out\`" ''
changed=false
refused=false
stale=false
broken=false
problems=()

# Over what is committed, as one would do it: what others have in these folders stays.
mkdir "$temp/fresh"
if committed=$(git rev-parse --verify --quiet "HEAD:./$out"); then
  git archive --format=tar "$committed" |
    tar -x -C "$temp/fresh" --exclude=.gitattributes --exclude=.replacing --exclude='.new-*'
fi
if ! "${command[@]}" "${synth[@]}" --out "$temp/fresh" >"$temp/said" 2>&1; then
  broken=true
  problems+=("$names cannot be synthesized")
  report "❌ **\`$names\` cannot be synthesized:**"
  head -c 10000 "$temp/said" | report_code
fi
cat "$temp/said"

if [ "$broken" = false ]; then
  rm -rf "$temp/fresh/secrets"
  fresh=$(tree_of_fresh)

  for folder in manifests argocd flux charts repository; do
    # Manifests are what is compared; charts and packages are for those who want them.
    case $folder in
      charts | repository) git rev-parse --verify --quiet "HEAD:./$out/$folder" >/dev/null || continue ;;
    esac
    differing "$(tree_of HEAD "$folder")" "$fresh" "$folder" >>"$temp/stale"
  done
  if [ -s "$temp/stale" ]; then
    stale=true
    problems+=("$out is not what $names gives: run synth and commit")
    report "❌ **\`$out\` is not what \`$names\` gives.** Run this, with kolla-cdk8s $("${command[@]}" --version), and commit:"
    printf 'kolla-cdk8s%s\n' "$(printf ' %q' "${synth[@]}" --out "$out")" | report_code
    report "It adds (A), changes (M) and removes (D) files, $(wc -l <"$temp/stale" | tr -d ' ') in all:"
    head -n 20 "$temp/stale" | cut -c 1-200 | report_code
  fi

  before=$(tree_of "$base" manifests)
  differing "$before" "$fresh" manifests >"$temp/changed"
  if [ -z "$(git ls-tree "$before")" ]; then
    changed=true
    report "All of \`$out/manifests\` is new: there is nothing of it in $against."
  elif [ ! -s "$temp/changed" ]; then
    report "No object is other than in $against."
  else
    changed=true
    mkdir "$temp/before"
    git archive --format=tar "$before" | tar -x -C "$temp/before"
    status=0
    "${command[@]}" diff "$temp/before" "$temp/fresh/manifests" --markdown >"$temp/diff.md" || status=$?
    cat "$temp/diff.md" >>"$temp/report.md"
    if [ "$status" = 2 ]; then
      refused=true
      problems+=('something would be refused: see the report')
    elif [ "$status" != 0 ]; then
      broken=true
      problems+=("$out/manifests of $against cannot be compared: see the log")
      report "❌ **\`$out/manifests\` of $against cannot be compared:** the log of the job says why."
    fi
  fi
fi

cat "$temp/report.md"
[ -z "${GITHUB_STEP_SUMMARY-}" ] || cat "$temp/report.md" >>"$GITHUB_STEP_SUMMARY"
[ -z "${GITHUB_OUTPUT-}" ] || printf 'changed=%s\nrefused=%s\n' "$changed" "$refused" >>"$GITHUB_OUTPUT"
start_commands

if [ -n "$number" ] && [ "${KOLLA_CDK8S_COMMENT:-true}" = true ]; then
  if [ -z "$token" ]; then
    say notice 'no comment: there is no token to write it with'
  elif ! why=$(write_comment 2>&1); then
    case $why in
      *'HTTP 40'[134]*) why+=' (the token may not write comments; that of a pull request of a fork never may)' ;;
    esac
    say warning "no comment: $why"
  fi
fi

code=0
level=error
[ "$stale" = false ] || code=1
[ "$refused" = false ] || code=2
if [ "$fail_on" = never ] && [ "$broken" = false ]; then
  code=0
  level=warning
fi
[ "$broken" = false ] || code=1
for problem in "${problems[@]}"; do say "$level" "$problem"; done
exit "$code"
