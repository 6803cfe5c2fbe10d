"""The look of the pages: one style sheet, allowed by its hash, and nothing else."""

import base64
import hashlib

CSS = """
:root{color-scheme:light dark;--ink:#1d1c1d;--soft:#5c5a5e;--page:#f4f3f1;--card:#fff;
--line:#dddad6;--approve:#00704a;--reject:#c01343;--wait:#8a5a00;--link:#0b57a4;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#ecebe9;--soft:#a9a6a2;--page:#161618;--card:#212124;
--line:#3b3a3e;--approve:#3ecf96;--reject:#ff7b98;--wait:#f0b95a;--link:#7db8f5;--on:#101012}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:17px/1.5 system-ui,sans-serif}
main{max-width:38rem;margin:0 auto;padding:1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.25rem}
.stage{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:.05rem .7rem;
font-size:.85rem;font-weight:600;color:var(--soft)}
h1{font-size:1.45rem;line-height:1.25;margin:.6rem 0 .2rem;overflow-wrap:anywhere}
p{margin:.5rem 0;overflow-wrap:anywhere}
.soft{color:var(--soft);font-size:.92rem}
.approved{color:var(--approve)}.rejected{color:var(--reject)}.waiting{color:var(--wait)}.over{color:var(--soft)}
dl{margin:1rem 0;border-top:1px solid var(--line)}
dl div{display:flex;gap:1rem;padding:.5rem 0;border-bottom:1px solid var(--line)}
dt{flex:0 0 7.5rem;color:var(--soft)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
code,code.soft{font-size:.8rem}
svg{display:block;width:100%;height:14px;margin-top:.35rem;border-radius:7px}
svg .all{fill:var(--line)}svg .flagged{fill:var(--reject)}svg .limit{fill:var(--ink)}
label{display:block;font-weight:600;margin:1rem 0 .3rem}
textarea{width:100%;min-height:5.5rem;font:inherit;color:inherit;background:var(--page);
border:1px solid var(--soft);border-radius:10px;padding:.6rem}
button{width:100%;min-height:3.2rem;margin-top:1rem;border:0;border-radius:10px;font:inherit;
font-weight:700;color:var(--on);cursor:pointer}
button.approve{background:var(--approve)}button.reject{background:var(--reject)}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.problem{border-left:4px solid var(--reject);margin:0 0 1rem;padding:.3rem .8rem}
"""

_HASH = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
