"""From a template and values to a PDF.

`press.Press` is the way in; it talks over pipes (`frames`) to a process of its own (`process`, `child`), where

    check    template --template, skeleton, inspection--> problems, each with its line
    print    template + values --template.fill--> HTML --sanitise (allowed, css)--> clean HTML --engine--> PDF

A caller imports `press`, `document` and `number`; everything else is loaded in the process only.
"""
