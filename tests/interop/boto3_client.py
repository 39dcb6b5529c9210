"""Requests every fixture from a replay server with AWS's own Python SDK, and prints what the SDK reads.

    cargo run --example replay_server    # in one shell; run the lines that it prints in another
    python3 tests/interop/boto3_client.py [fixtures]

Prints one line of JSON per response: the name of the fixture, the turn, and the `answer`, the `events` or the `error`. Two more
lines have the errors for a wrong secret and for an unknown key. Bytes are printed in base64, times in their wire format.
"""

import base64
import datetime
import json
import os
import pathlib
import sys
import urllib.parse

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

# Nothing but the server is to be asked, once: no proxy, no metadata service, no file of the user's, no second attempt.
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
os.environ.pop("AWS_PROFILE", None)
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
CONFIG = Config(retries={"total_max_attempts": 1}, proxies={}, connect_timeout=10, read_timeout=30)

# The operation and its client, by the last segment of a POST's path.
RUNTIME = {
    "converse": "converse",
    "converse-stream": "converse_stream",
    "invoke": "invoke_model",
    "invoke-with-response-stream": "invoke_model_with_response_stream",
}


def client(service, **keys):
    return boto3.session.Session().client(service, region_name=os.environ["AWS_REGION"], config=CONFIG, **keys)


def plain(value):
    """What boto3 read, as JSON has it."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items() if name != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(element) for element in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def arguments(value, shape):
    """A body as boto3 wants it: the bytes that travel in base64 as bytes, for it encodes them itself."""
    if getattr(shape, "is_document_type", False):
        return value
    if shape.type_name == "blob":
        return base64.b64decode(value)
    if shape.type_name == "structure":
        return {name: arguments(member, shape.members[name]) for name, member in value.items()}
    if shape.type_name == "list":
        return [arguments(element, shape.member) for element in value]
    if shape.type_name == "map":
        return {name: arguments(member, shape.value) for name, member in value.items()}
    return value


def call(clients, request):
    """The method of a client, and its arguments, that make a fixture's request."""
    control, runtime = clients
    url = urllib.parse.urlsplit(request["path"])
    segments = [urllib.parse.unquote(segment) for segment in url.path.split("/")[1:]]
    if segments[0] == "foundation-models":
        if len(segments) == 2:
            return control.get_foundation_model, {"modelIdentifier": segments[1]}
        return control.list_foundation_models, dict(urllib.parse.parse_qsl(url.query))
    if segments[0] == "model-invocation-job":
        if len(segments) == 2:
            return control.get_model_invocation_job, {"jobIdentifier": segments[1]}
        return control.create_model_invocation_job, request["body"]
    _, model, name = segments
    operation = RUNTIME[name]
    if name.startswith("invoke"):
        return getattr(runtime, operation), {"modelId": model, "body": json.dumps(request["body"])}
    shape = runtime.meta.service_model.operation_model(runtime.meta.method_to_api_mapping[operation]).input_shape
    return getattr(runtime, operation), {"modelId": model, **arguments(request["body"], shape)}


def error(raised):
    metadata = raised.response.get("ResponseMetadata", {})
    return {
        "code": raised.response["Error"]["Code"],
        "message": raised.response["Error"]["Message"],
        "status": metadata.get("HTTPStatusCode"),
        "requestId": metadata.get("RequestId"),
    }


def ask(method, keywords):
    """Returns what boto3 reads in the response to one request."""
    try:
        response = method(**keywords)
    except ClientError as raised:
        return {"error": error(raised)}
    body = response.get("body")
    stream = response.get("stream") or (body if method.__name__ == "invoke_model_with_response_stream" else None)
    if stream is None:
        if body is not None:
            response["body"] = json.loads(body.read())
        return {"answer": plain(response)}
    events = []
    try:
        for event in stream:
            events.append(plain(event))
    except EventStreamError as raised:
        return {"events": events, "error": error(raised)}
    return {"events": events}


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / "fixtures")
    clients = client("bedrock"), client("bedrock-runtime")
    for file in sorted(root.rglob("*.json")):
        fixture = json.loads(file.read_text(encoding="utf-8"))
        method, keywords = call(clients, fixture["request"])
        for turn in range(len(fixture["responses"])):
            name = file.relative_to(root).with_suffix("").as_posix()
            print(json.dumps({"fixture": name, "turn": turn, **ask(method, keywords)}))

    key, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    for name, key, secret in [("a wrong secret", key, secret[::-1]), ("an unknown key", key[::-1], secret)]:
        wrong = client("bedrock", aws_access_key_id=key, aws_secret_access_key=secret)
        print(json.dumps({"fixture": name, "turn": 0, **ask(wrong.list_foundation_models, {})}))


if __name__ == "__main__":
    main()
