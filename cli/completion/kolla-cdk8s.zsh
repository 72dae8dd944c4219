# Completion of kolla-cdk8s for zsh 5. The command itself says what may stand at the cursor.
_kolla_cdk8s() {
  local found tab=$'\t'
  local -a lines ended open
  found=$("${words[1]}" complete "${(j: :)words[1,CURRENT-1]} $PREFIX" 2>/dev/null) || return 1
  case $found in
    '') return 1 ;;
    :files) compset -P '--*='; _files; return ;;
    :folders) compset -P '--*='; _files -/; return ;;
  esac
  # _describe wants a colon between a word and what it is, and a backslash before any other.
  lines=("${(@)${(f)found}//:/\\:}")
  ended=(${${lines:#*[.=]$tab*}/$tab/:})
  open=(${${(M)lines:#*[.=]$tab*}/$tab/:})
  _describe kolla-cdk8s ended -- open -S ''
}
compdef _kolla_cdk8s kolla-cdk8s
