# Completion of kolla-cdk8s for fish 3. The command itself says what may stand at the cursor.
function __kolla_cdk8s_complete
    set -l program (commandline -opc)[1]
    set -l found ($program complete (commandline -cp | string collect) 2>/dev/null)
    set -l token (commandline -ct)
    # Of --out=folder, the part up to the equals sign stays.
    set -l before (string match -r -- '^--[^=]*=' $token)
    set -l rest (string replace -- "$before" '' $token)
    switch "$found"
        case ':files'
            __fish_complete_path "$rest" | string replace -r '^' -- "$before"
        case ':folders'
            __fish_complete_directories "$rest" | string replace -r '^' -- "$before"
        case '*'
            string join \n -- $found
    end
end
complete -c kolla-cdk8s -f -a '(__kolla_cdk8s_complete)'
