"""The jobs with boto3, used as its documentation shows."""

import sys

import boto3

SMALL = "small"
QUESTION = "Why is the sky blue? Answer in one sentence, and name who found it out."


def converse(client, content):
    response = client.converse(
        modelId=SMALL, messages=[{"role": "user", "content": content}], inferenceConfig={"maxTokens": 200}
    )
    assert response["output"]["message"]["content"][0]["text"]


def stream(client, model, events):
    response = client.converse_stream(
        modelId=model,
        messages=[{"role": "user", "content": [{"text": QUESTION}]}],
        inferenceConfig={"maxTokens": 200},
    )
    texts = sum(1 for event in response["stream"] if event.get("contentBlockDelta", {}).get("delta", {}).get("text"))
    assert texts == events, f"{texts} instead of {events}"


def main(job, *numbers):
    numbers = [int(number) for number in numbers]
    client = boto3.client("bedrock-runtime")
    if job == "converse":
        for _ in range(numbers[0]):
            converse(client, [{"text": QUESTION}])
    elif job == "image":
        image = bytes(range(256)) * (numbers[1] // 256)
        for _ in range(numbers[0]):
            converse(
                client, [{"text": "What is this?"}, {"image": {"format": "png", "source": {"bytes": image}}}]
            )
    elif job in ("stream", "chunked-stream"):
        model = f"{'events' if job == 'stream' else 'chunked-events'}-{numbers[1]}"
        for _ in range(numbers[0]):
            stream(client, model, numbers[1])
    else:
        sys.exit(f"no such job: {job}")


main(*sys.argv[1:])
