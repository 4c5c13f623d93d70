"""What plutoprint 0.23 can draw, and what of CSS means nothing on paper.

Taken from its source (https://github.com/plutoprint/plutobook) and tried with the release in use, where it differs.
"""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PROPERTIES = """
align-content align-items align-self alignment-baseline background background-attachment background-clip
background-color background-image background-origin background-position background-repeat background-size
baseline-shift block-size border border-block border-block-color border-block-end border-block-end-color
border-block-end-style border-block-end-width border-block-start border-block-start-color border-block-start-style
border-block-start-width border-block-style border-block-width border-bottom border-bottom-color
border-bottom-left-radius border-bottom-right-radius border-bottom-style border-bottom-width border-collapse
border-color border-end-end-radius border-end-start-radius border-horizontal-spacing border-inline border-inline-color
border-inline-end border-inline-end-color border-inline-end-style border-inline-end-width border-inline-start
border-inline-start-color border-inline-start-style border-inline-start-width border-inline-style border-inline-width
border-left border-left-color border-left-style border-left-width border-radius border-right border-right-color
border-right-style border-right-width border-spacing border-start-end-radius border-start-start-radius border-style
border-top border-top-color border-top-left-radius border-top-right-radius border-top-style border-top-width
border-vertical-spacing border-width bottom box-sizing break-after break-before break-inside caption-side clear clip
clip-path clip-rule color column-break-after column-break-before column-break-inside column-count column-fill
column-gap column-rule column-rule-color column-rule-style column-rule-width column-span column-width columns content
counter-increment counter-reset counter-set cx cy direction display dominant-baseline empty-cells fill fill-opacity
fill-rule flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap float font font-family
font-feature-settings font-kerning font-size font-stretch font-style font-variant font-variant-caps
font-variant-east-asian font-variant-emoji font-variant-ligatures font-variant-numeric font-variant-position
font-variation-settings font-weight gap height hyphens inline-size inset inset-block inset-block-end inset-block-start
inset-inline inset-inline-end inset-inline-start justify-content left letter-spacing line-height list-style
list-style-image list-style-position list-style-type margin margin-block margin-block-end margin-block-start
margin-bottom margin-inline margin-inline-end margin-inline-start margin-left margin-right margin-top marker
marker-end marker-mid marker-start mask mask-type max-block-size max-height max-inline-size max-width min-block-size
min-height min-inline-size min-width mix-blend-mode object-fit object-position opacity order orphans outline
outline-color outline-offset outline-style outline-width overflow overflow-wrap padding padding-block
padding-block-end padding-block-start padding-bottom padding-inline padding-inline-end padding-inline-start
padding-left padding-right padding-top page page-break-after page-break-before page-break-inside paint-order position
quotes r right row-gap rx ry size src stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap
stroke-linejoin stroke-miterlimit stroke-opacity stroke-width tab-size table-layout text-align text-anchor
text-decoration text-decoration-color text-decoration-line text-decoration-style text-indent text-orientation
text-overflow text-transform top transform transform-origin unicode-bidi unicode-range vector-effect vertical-align
visibility white-space widows width word-break word-spacing writing-mode x y z-index
"""
PROPERTIES = _words(_PROPERTIES)

#: These move, react or hint at how to go about it; a page is the same without them.
WITHOUT_EFFECT = _words(
    "appearance backface-visibility caret-color color-adjust color-scheme content-visibility cursor "
    "font-display forced-color-adjust overscroll-behavior pointer-events print-color-adjust resize scroll-behavior "
    "text-rendering text-size-adjust touch-action user-select will-change font-smoothing osx-font-smoothing "
    "tap-highlight-color"
)
MOVING = ("animation", "transition")

#: What does nearly the same.
INSTEAD = {
    "word-wrap": "overflow-wrap",
    "overflow-x": "overflow",
    "overflow-y": "overflow",
    "place-content": "align-content and justify-content",
    "place-items": "align-items",
    "place-self": "align-self",
    "rotate": "transform",
    "scale": "transform",
    "translate": "transform",
    "text-decoration-thickness": "border-bottom",
    "text-underline-offset": "border-bottom",
    "box-shadow": "border",
    "aspect-ratio": "width and height",
}

#: Words that a property does not take.
UNKNOWN_WORDS = {
    "display": _words(
        "grid inline-grid contents flow-root ruby math run-in flow -webkit-box -webkit-inline-box -webkit-flex "
        "-ms-flexbox"
    ),
    "position": _words("sticky"),
    "background-clip": _words("text"),
    "text-transform": _words("full-width full-size-kana"),
    "overflow": _words("clip"),
    "writing-mode": _words("vertical-rl vertical-lr sideways-rl sideways-lr"),
    "white-space": _words("break-spaces"),
    **dict.fromkeys(
        ("width", "height", "min-width", "min-height", "max-width", "max-height"),
        _words("stretch -webkit-fill-available -moz-available -moz-fit-content"),
    ),
}

UNKNOWN_FUNCTIONS = _words(
    "fit-content translate3d translatez rotatez blur brightness contrast drop-shadow grayscale hue-rotate invert "
    "opacity saturate sepia"
)
#: Of `clip-path`, which takes the drawings of an SVG only.
SHAPES = _words("inset circle ellipse polygon path rect xywh")
MATH = _words("calc min max clamp")
UNKNOWN_UNITS = re.compile(r"[sld]v(?:w|h|i|b|min|max)|cq(?:w|h|i|b|min|max)|vi|vb|q", re.IGNORECASE)

#: Of selectors; a rule that names one is left out, with all its selectors but for `first-line`.
UNKNOWN_PSEUDOS = _words(
    "first-line dir selection placeholder part slotted required optional read-only read-write placeholder-shown "
    "defined default indeterminate fullscreen backdrop"
)
