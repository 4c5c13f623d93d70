"""From a template and values to a PDF.

`press.Press` is the way in; it talks over pipes (`frames`) to a process of its own (`process`, `child`), where

    check    template --template, skeleton, inspection--> problems, each with its line
    preview  template + values --template.fill, sanitise--> clean HTML; --inspection, lint--> what is lost, with lines
    print    template + values --template.fill--> HTML --sanitise (allowed, css)--> clean HTML --engine--> PDF

A caller imports `press`, `document`, `designs`, `sample_values` and `number`; everything else
is loaded in the process only.
"""
