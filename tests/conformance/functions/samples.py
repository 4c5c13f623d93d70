"""The code that the tests deploy; the path of an execution says what it does."""

ECHO = """
import asyncio, json, os, sys, urllib.error, urllib.request

COUNT = WOKEN = 0

def echo(context):
    req = context.req
    seen = {name: getattr(req, name) for name in ("method", "path", "query", "body_text", "headers")}
    return context.res.json({**seen, "environment": dict(os.environ)})

def body(context):
    return context.res.json({"body": context.req.body})

def call_back(context):
    url = os.environ["APPWRITE_FUNCTION_API_ENDPOINT"] + context.req.query["path"]
    headers = {"X-Appwrite-Project": os.environ["APPWRITE_FUNCTION_PROJECT_ID"]}
    headers["X-Appwrite-Key"] = context.req.headers["x-appwrite-key"]
    try:
        return context.res.json(urllib.request.urlopen(urllib.request.Request(url, headers=headers)).status)
    except urllib.error.HTTPError as error:
        return context.res.json([error.code, json.load(error)["type"]])

def count(context):
    global COUNT
    COUNT += 1
    return context.res.text(str(COUNT))

def crash(context):
    os._exit(3)

def fail(context):
    raise ValueError("on purpose")

def logs(context):
    context.log("text", {"a": 1})
    context.error("an error")
    return context.res.empty()

def log_headers(context):
    context.log(context.req.headers)
    return context.res.empty()

def print_it(context):
    print("native")
    return context.res.empty()

def answer(context):
    return context.res.text("x", 200, json.loads(context.req.body_text))

def json_headers(context):
    headers = {"x-mine": "1"}
    context.res.json({}, 200, headers)
    return context.res.json(headers)

def layout(context):
    from .helper import NAME
    try:
        import helper
        plain = "found"
    except ModuleNotFoundError as error:
        plain = error.name
    return context.res.json({"module": __name__, "relative": NAME, "plain": plain})

WAYS = {
    "/echo": echo, "/body": body, "/call-back": call_back, "/count": count, "/crash": crash, "/fail": fail,
    "/logs": logs, "/log-headers": log_headers, "/print": print_it,
    "/answer": answer, "/json-headers": json_headers, "/layout": layout,
    "/none": lambda context: None,
    "/binary": lambda context: context.res.binary(b"\\xff\\x00", 200, {"content-type": "application/pdf"}),
    "/redirect": lambda context: context.res.redirect("https://example.org/"),
}

async def main(context):
    global WOKEN
    path = context.req.path
    if path == "/sleep":
        await asyncio.sleep(float(context.req.query["s"]))
        WOKEN += 1
    if path in ("/sleep", "/woken"):
        return context.res.text(str(WOKEN))
    if path.startswith("/status/"):
        return context.res.text("", int(path.removeprefix("/status/")), {"x-mine": "1"})
    return await asyncio.to_thread(WAYS[path], context)
"""
FILES = {"main.py": ECHO, "helper.py": "NAME = 'helper'\n"}


def saying(text: str) -> dict[str, str]:
    """Code that always answers this text, whatever the path, with the variable MINE of its environment."""
    lines = ["import os", "def main(context):", f"    return context.res.text({text!r} + os.environ.get('MINE', ''))"]
    return {"main.py": "\n".join(lines)}
