"""A mail server on loopback for the tests: aiosmtpd, with TLS, STARTTLS or neither, and with or without a password.

It keeps each mail in a folder as it got it, and notes every recipient it was told of. Mail to nobody@ it refuses for good
(550), to later@ for now (451, the first two times). On standard output stands one line, once it listens: its port.
"""

import argparse
import asyncio
import pathlib
import ssl

from aiosmtpd.smtp import SMTP, AuthResult


class Keeper:
    """What is done with a mail."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.recipients = self.folder / "recipients"
        self.mails = 0
        self.refused_for_now = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        with self.recipients.open("a", encoding="utf-8") as file:
            file.write(f"{address} {' '.join(options)}\n")
        if address.startswith("nobody@"):
            return f"550 5.1.1 <{address}>: no such mailbox"
        if address.startswith("later@") and self.refused_for_now < 2:
            self.refused_for_now += 1
            return f"451 4.2.1 <{address}>: later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails += 1
        kept = self.folder / f"{self.mails}.part"
        kept.write_bytes(envelope.content)
        kept.rename(self.folder / f"{self.mails}.eml")
        return "250 kept"


def authenticator(user, password):
    def check(server, session, envelope, mechanism, shown):
        good = (shown.login, shown.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=good)

    return check


async def serve(arguments):
    context = None
    if arguments.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(arguments.certificate, arguments.key)
    starttls = context if arguments.encryption == "starttls" else None
    keeper = Keeper(arguments.folder)
    options = {"hostname": "mail.test", "enable_SMTPUTF8": arguments.utf8, "tls_context": starttls, "require_starttls": starttls is not None}
    if arguments.password:
        check = authenticator("exports", arguments.password)
        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": starttls is not None}
    loop = asyncio.get_running_loop()
    at_once = context if arguments.encryption == "tls" else None
    server = await loop.create_server(lambda: SMTP(keeper, loop=loop, **options), "127.0.0.1", 0, ssl=at_once)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--encryption", choices=["none", "tls", "starttls"], default="none")
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--password")
parser.add_argument("--utf8", action="store_true")
asyncio.run(serve(parser.parse_args()))
