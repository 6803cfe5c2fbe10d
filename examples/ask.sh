#!/usr/bin/env bash
# Request a review by a signed request and wait. Exits 0 only after an approval; prints the answer as JSON.
#
#   ./ask.sh "$(pulumi stack output decision_api_url -s prod)" request.json && terraform destroy
#
# Requires curl 7.86 or later, jq, AWS_REGION and credentials with the policy asker_policy_arn (a stack output) in
# AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for roles, AWS_SESSION_TOKEN. On interrupt, it withdraws the review.
set -euo pipefail

if [ $# != 2 ]; then
    echo "usage: $0 DECISION_API_URL REQUEST.json" >&2
    exit 2
fi
reviews=$1/asker/reviews
region=${AWS_REGION:-${AWS_DEFAULT_REGION:?set AWS_REGION to the region of the stage}}
seconds=${SECONDS_BETWEEN_LOOKS:-10}

# Sets code and body. Credentials are not passed as arguments, which other users could read.
signed() {
    local said
    said=$(curl --silent --max-time 35 --write-out '\n%{http_code}' \
        --aws-sigv4 "aws:amz:$region:execute-api" --header "Content-Type: application/json" \
        --config <(
            printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"
            [ -z "${AWS_SESSION_TOKEN:-}" ] ||
                printf 'header = "X-Amz-Security-Token: %s"\n' "$AWS_SESSION_TOKEN"
        ) "$@") || said=$'\n000'
    body=${said%$'\n'*} code=${said##*$'\n'}
}

fail() {
    jq -re '.error // .message' <<<"$body" >&2 || echo "The request failed with status $code." >&2
    exit 1
}

signed --data-binary "@$2" "$reviews"
[ "$code" = 201 ] || fail
id=$(jq -r .review_id <<<"$body")

withdraw() {
    signed --data '{"reason": "The request was interrupted"}' "$reviews/$id/withdraw"
    exit 130
}
trap withdraw INT TERM
echo "Requested review $id" >&2

while true; do
    signed "$reviews/$id"
    case $code in
        200)
            if [ "$(jq '.answer != null' <<<"$body")" = true ]; then
                jq .answer <<<"$body"
                [ "$(jq -r .answer.decision <<<"$body")" = approved ]
                exit
            fi
            ;;
        # Retry: a failed poll says nothing about the review.
        000 | 429 | 5??) ;;
        *) fail ;;
    esac
    sleep "$seconds" &
    wait $! # lets the trap run immediately
done
