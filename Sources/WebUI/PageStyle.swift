/// The page's style sheet.
enum PageStyle {
    static let css: StaticString = """
        :root{color-scheme:light dark;--line:#8884;--soft:#8882;--link:#0a58ca;--good:#14803c;--bad:#c0262d;\
        --warn:#fff3cd;--warnink:#664d03}
        @media(prefers-color-scheme:dark){:root{--link:#7db5ff;--good:#4cc38a;--bad:#ff8a8a;\
        --warn:#4a3b00;--warnink:#ffe69c}}
        *{box-sizing:border-box}
        body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:0 auto;padding:1rem}
        header{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:baseline}
        h1{font-size:1.5rem;margin:0}h1 small{font-weight:normal;opacity:.7;font-size:1rem}
        h2{font-size:1.15rem;margin:1.75rem 0 .5rem}
        a{color:var(--link)}nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem}
        form{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:1rem}
        input{flex:1 1 20rem;min-width:0}
        input,button{font:inherit;padding:.4rem .6rem;border:1px solid var(--line);border-radius:.3rem}
        input,pre,.mono{font-family:ui-monospace,monospace;font-size:.9em}
        button{cursor:pointer}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%}
        th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
        th{font-weight:600;white-space:nowrap}td.mono{min-width:13rem;overflow-wrap:anywhere}
        td.number,th.number{text-align:right;min-width:0;white-space:nowrap;font-variant-numeric:tabular-nums}
        .up{color:var(--good);font-weight:600}.down{color:var(--bad);font-weight:600}.unknown{opacity:.7}
        .warning{background:var(--warn);color:var(--warnink);padding:.6rem .8rem;border-radius:.3rem;margin:.75rem 0 0;\
        font-weight:600}
        .error{color:var(--bad)}pre{background:var(--soft);padding:.6rem .8rem;overflow-x:auto;margin:.5rem 0}
        .note{opacity:.75}
        """
}
