#!/usr/bin/env bash
# Asks people and waits: exit status 0 when they approve, and only then; the answer is on the output.
#
#   ./ask.sh "$(pulumi stack output review_machine_arn -s prod)" request.json && terraform destroy
#
# Needs the AWS CLI, jq, and the permissions states:StartExecution on the review machine and
# states:DescribeExecution and states:StopExecution on its executions. Interrupted, it cancels the
# review. On the laptop, set AWS_ENDPOINT_URL to the address of the embedded AWS.
set -euo pipefail

if [ $# != 2 ]; then
    echo "usage: $0 REVIEW_MACHINE_ARN REQUEST.json" >&2
    exit 2
fi
seconds=${SECONDS_BETWEEN_LOOKS:-10}

# With a name, a start that is tried again asks once, and what is interrupted can be stopped.
name=ask-$(date +%s)-$$-$RANDOM
execution=${1/:stateMachine:/:execution:}:$name

cancel() {
    aws stepfunctions stop-execution --execution-arn "$execution" \
        --cause "Whoever asked was interrupted" >/dev/null
    exit 130
}
trap cancel INT TERM

aws stepfunctions start-execution --state-machine-arn "$1" --name "$name" --input "file://$2" \
    >/dev/null
echo "asked: $execution" >&2

while true; do
    # A look that fails says nothing about the review: look again.
    if described=$(aws stepfunctions describe-execution --execution-arn "$execution" --output json)
    then
        case $(jq -r .status <<<"$described") in
            RUNNING) ;;
            SUCCEEDED)
                answer=$(jq .output <<<"$described" | jq fromjson)
                echo "$answer"
                # The answer machine succeeds with a rejection, too.
                [ "$(jq -r .decision <<<"$answer")" = approved ]
                exit
                ;;
            *)
                jq -r '"\(.error // .status): \(.cause // "")"' <<<"$described" >&2
                exit 1
                ;;
        esac
    fi
    sleep "$seconds" &
    wait $! # so that an interrupt is heard at once
done
