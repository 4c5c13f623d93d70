"""From a template and values to a PDF.

`printer.Printer` prints; `press.Press` checks and previews. Both talk over pipes (`frames`, `warm`) to processes of
their own (`process`), because templates may hang or crash what touches them. In the press's (`child`):

    check     template --template, skeleton, inspection--> problems, each with its line
    preview   template + values --template.fill, sanitise--> clean HTML; --inspection, lint--> what is lost, with lines
    page      template + values --template.fill--> HTML --sanitise (allowed, css)--> clean HTML
    render    clean HTML --shims (gradients), engine--> PDF by plutoprint --description--> with our metadata
    describe  PDF of another engine --description--> its first page with our metadata (xmp)

In Chromium's (`chromium_child`): clean HTML --browser--> PDF. `gotenberg` asks a service for one.

A caller imports `printer`, `press`, `document`, `designs`, `sample_values`, `number` and `qr`; everything else
is loaded in the processes only.
"""
