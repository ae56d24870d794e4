"""The parts of a signed document, as they came byte for byte: they are hashed, so nothing may be written anew."""

from base64 import b64decode
from binascii import Error as NoBase64
from dataclasses import dataclass

import msgspec
from msgspec import Raw

from invoicing.einvoice_simulator.ubl import Element, child, children, text

_INFORMATION = ("UBLExtension", "ExtensionContent", "UBLDocumentSignatures", "SignatureInformation")
_PROPERTIES = ("Object", "QualifyingProperties")
_ADDED = ("UBLExtensions", "Signature")


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """`body` is the document without its signature, `properties` the object that says something about the signature.

    `signature` is the element with the rest; both are empty where there is none.
    """

    body: bytes
    properties: bytes
    signature: Element


def read_signed(source: bytes, invoice: Element) -> SignedDocument:
    """The parts of a document that was parsed; what it lacks is empty."""
    root = msgspec.json.decode(source, type=dict[str, Raw])
    (raw_invoice,) = msgspec.json.decode(root["Invoice"], type=list[dict[str, Raw]])
    kept = {name: raw for name, raw in raw_invoice.items() if name not in _ADDED}
    body = msgspec.json.encode({name: [kept] if name == "Invoice" else raw for name, raw in root.items()})
    signature = child(invoice, "UBLExtensions", *_INFORMATION, "Signature")
    path = ("UBLExtensions", *_INFORMATION, "Signature", *_PROPERTIES)
    return SignedDocument(body, _raw_at(raw_invoice, path), signature)


def count_signatures(invoice: Element) -> int:
    """How many signatures a document has."""
    return len(list(children(invoice, "UBLExtensions", *_INFORMATION, "Signature")))


def _raw_at(element: dict[str, Raw], path: tuple[str, ...]) -> bytes:
    """The bytes of the first object at a path; none where there is no such object."""
    for name in path[:-1]:
        found = msgspec.json.decode(element.get(name, Raw(b"[]")), type=list[dict[str, Raw]])
        if not found:
            return b""
        element = found[0]
    last = msgspec.json.decode(element.get(path[-1], Raw(b"[]")), type=list[Raw])
    return bytes(last[0]) if last else b""


def signed_properties(signature: Element) -> Element:
    """What is signed about the signature: its time, and the certificate."""
    return child(signature, *_PROPERTIES, "SignedProperties", "SignedSignatureProperties")


def digests(signature: Element) -> tuple[str, str]:
    """The digests of the properties and of the document, as the signature says them; "" for none."""
    about_properties = about_document = ""
    for reference in children(signature, "SignedInfo", "Reference"):
        if reference.get("URI") == "#id-xades-signed-props":
            about_properties = text(reference, "DigestValue")
        else:
            about_document = text(reference, "DigestValue")
    return about_properties, about_document


def decoded(value: str) -> bytes:
    """Base64 as bytes; none for what isn't base64."""
    try:
        return b64decode(value, validate=True)
    except NoBase64:
        return b""
