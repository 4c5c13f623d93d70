"""The XMP packet of a PDF: https://developer.adobe.com/xmp/docs/XMPNamespaces/"""

from xml.etree import ElementTree as ET

from shared.certificate.document import Metadata

_X = "{adobe:ns:meta/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_PDF = "{http://ns.adobe.com/pdf/1.3/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: What readers look for: https://developer.adobe.com/xmp/docs/ (part 1, 7.3.2)
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_END = '\n<?xpacket end="r"?>'

for _prefix, _space in {"x": _X, "rdf": _RDF, "dc": _DC, "xmp": _XMP, "pdf": _PDF}.items():
    ET.register_namespace(_prefix, _space.strip("{}"))


def packet(metadata: Metadata) -> bytes:
    """UTF-8; what is empty is left out."""
    root = ET.Element(f"{_X}xmpmeta")
    about = ET.SubElement(ET.SubElement(root, f"{_RDF}RDF"), f"{_RDF}Description", {f"{_RDF}about": ""})
    _plain(about, f"{_DC}format", "application/pdf")
    _plain(about, f"{_DC}identifier", metadata.number)
    _listed(about, f"{_DC}title", "Alt", metadata.title)
    _listed(about, f"{_DC}creator", "Seq", metadata.author)
    _listed(about, f"{_DC}description", "Alt", metadata.subject)
    _listed(about, f"{_DC}subject", "Bag", metadata.keywords)
    _listed(about, f"{_DC}language", "Bag", metadata.language)
    _listed(about, f"{_DC}relation", "Bag", metadata.verify_url)
    _plain(about, f"{_PDF}Keywords", metadata.keywords)
    issued = metadata.issued_at.isoformat(timespec="seconds")
    for name in ("CreateDate", "ModifyDate", "MetadataDate"):
        _plain(about, f"{_XMP}{name}", issued)
    return f"{_BEGIN}{ET.tostring(root, 'unicode')}{_END}".encode()


def _plain(about: ET.Element, name: str, text: str) -> None:
    if text:
        ET.SubElement(about, name).text = text


def _listed(about: ET.Element, name: str, kind: str, text: str) -> None:
    """The only one of its list; an `Alt` names the language of each, and this one is for all."""
    if text:
        item = ET.SubElement(ET.SubElement(ET.SubElement(about, name), f"{_RDF}{kind}"), f"{_RDF}li")
        item.text = text
        if kind == "Alt":
            item.set(_LANG, "x-default")
