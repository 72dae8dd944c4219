# Completion of kolla-cdk8s for bash. The command itself says what may stand at the cursor.
_kolla_cdk8s() {
  local line=${COMP_LINE:0:COMP_POINT} found text
  # Bash breaks words at = and : too, and puts what is found behind the last of them.
  local word=${line##*[[:space:]]}
  local rest=${word##*[=:]}
  local before=${word%"$rest"}
  COMPREPLY=()
  found=$("$1" complete "$line" 2>/dev/null) || return
  case $found in
    :files) compopt -o default 2>/dev/null || found=$(compgen -f -- "$rest") before= ;;
    :folders) compopt -o dirnames 2>/dev/null || found=$(compgen -d -- "$rest") before= ;;
  esac
  while IFS=$'\t' read -r text _; do
    case $text in
      '' | :*) ;;
      *) COMPREPLY+=("${text#"$before"}") ;;
    esac
  done <<<"$found"
  # What ends like this goes on.
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[.=] ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _kolla_cdk8s kolla-cdk8s
