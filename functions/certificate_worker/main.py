"""What is due is done: completions matched, certificates issued, mails sent, learners enrolled."""

from typing import Any

from functions.certificate_worker.work import handle
from shared.runtime import Context, serve


async def main(context: Context) -> Any:
    return await serve(context, handle)
