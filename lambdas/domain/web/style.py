"""The pages' only style sheet, which their content security policy allows by its hash."""

CSS = """
:root{color-scheme:light dark;--ink:#1d1c1d;--soft:#5c5a5e;--page:#f4f3f1;--card:#fff;
--line:#dddad6;--approve:#00704a;--reject:#c01343;--wait:#8a5a00;--link:#0b57a4;--on:#fff;--prod:#c01343}
@media(prefers-color-scheme:dark){:root{--ink:#ecebe9;--soft:#a9a6a2;--page:#161618;--card:#212124;
--line:#3b3a3e;--approve:#3ecf96;--reject:#ff7b98;--wait:#f0b95a;--link:#7db8f5;--on:#101012}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:17px/1.5 system-ui,sans-serif;
overflow-wrap:anywhere}
main{display:grid;gap:1rem;max-width:42rem;margin:0 auto;padding:1rem;
grid-template-columns:minmax(0,1fr);align-items:start}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.25rem}
.prod>div.card,.prod>form{border-top:6px solid var(--prod)}
.stage{display:inline-block;border:1px solid var(--soft);border-radius:6px;padding:0 .6rem;
margin-right:.4rem;font-size:.9rem;font-weight:700;color:var(--soft)}
.prod .stage{background:var(--prod);border-color:var(--prod);color:#fff;font-size:1rem;
text-transform:uppercase;letter-spacing:.08em}
strong,.status{color:var(--soft)}.approved{color:var(--approve)}.rejected{color:var(--reject)}
.pending{color:var(--wait)}.soft{color:var(--soft)}
h1{font-size:1.55rem;line-height:1.25;margin:.6rem 0 .8rem}
dl+.lines{margin-top:1rem}
h2{font-size:1rem;margin:1.4rem 0 .4rem}form h2{font-size:1.2rem;margin-top:0}
p{margin:.5rem 0}.lines,dd{white-space:pre-line}
.soft{font-size:.9rem;font-weight:400}
dl{margin:0}dl div{display:flex;gap:1rem;padding:.15rem 0}
dt{flex:0 0 7.5rem;color:var(--soft)}dd{margin:0;min-width:0}
dd span{display:inline-block;color:var(--wait);font-weight:600}
.status{margin:1.1rem 0;border-left:4px solid;padding:.1rem 0 .1rem .9rem}
.status>*{color:var(--ink)}
.status dl div{display:block;margin-top:.4rem}.status dt{font-size:.9rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.4rem .8rem;border-bottom:1px solid var(--line);text-align:start;vertical-align:top}
th{color:var(--soft);font-weight:400}.number{text-align:right;white-space:nowrap}
.facts{width:100%;margin:1rem 0;border-top:1px solid var(--line)}
.facts :is(th,td){padding-inline:0}.facts th{padding-right:1.5rem}
.facts td{text-align:right}.facts .long{text-align:start}
.scrolls{overflow-x:auto;border:1px solid var(--line);border-radius:10px;font-size:.9rem}
.scrolls table{width:100%;overflow-wrap:normal}
.scrolls :is(th,td){padding:.4rem .6rem}.scrolls th{font-weight:600;vertical-align:bottom}
.scrolls tr:last-child td{border-bottom:0}
@media(max-width:34rem){.wide thead{display:none}.wide tr{display:block;padding:.4rem 0;
border-bottom:1px solid var(--line)}.wide tr:last-child{border-bottom:0}
.wide td{display:flex;gap:.8rem;padding:.1rem .8rem;border-bottom:0;text-align:start;
white-space:normal;overflow-wrap:anywhere}
.wide td::before{content:attr(data-label);flex:0 0 7rem;color:var(--soft)}}
.gauge{margin-top:1rem}.gauge b{font-size:1.5rem}.above b{color:var(--reject)}
svg{display:block;width:100%;height:60px;overflow:visible;font-size:13px}
svg text{fill:var(--soft)}svg .all{fill:var(--line)}svg .value{fill:var(--approve)}
.above .value{fill:var(--reject)}svg .limit{fill:var(--ink)}
ul{margin:.4rem 0;padding-left:1.2rem}ul.plain{list-style:none;padding:0}li{padding:.15rem 0}
summary{cursor:pointer;color:var(--soft)}details dl{margin-top:.6rem}code{font-size:.8rem}
details dt{flex-basis:9rem}
label,legend{display:block;font-weight:600;margin:1.1rem 0 .3rem;padding:0}
fieldset{border:0;margin:1.1rem 0 0;padding:0;min-width:0}legend{margin:0}
fieldset div{display:flex;flex-wrap:wrap;column-gap:1.6rem}
fieldset label{display:flex;gap:.6rem;margin:0;padding:.45rem 0;font-weight:400}
textarea,select,input{width:100%;min-height:2.8rem;font:inherit;color:inherit;
background:var(--page);border:1px solid var(--soft);border-radius:10px;padding:.5rem .6rem}
textarea{field-sizing:content;min-height:4rem;resize:vertical}
[type=radio]{flex:none;min-height:0;width:1.15rem;height:1.15rem;margin:.2rem 0;
accent-color:var(--link)}
[aria-invalid]{border:2px solid var(--reject)}
fieldset[aria-invalid]{border:0;border-left:4px solid var(--reject);padding-left:.8rem}
.first{position:absolute;width:1px;height:1px;padding:0;border:0;opacity:0;pointer-events:none}
.buttons{display:grid;grid-template-columns:1fr 1fr;gap:.8rem;margin-top:1.2rem}
.buttons button{min-height:3.2rem;border:2px solid transparent;border-radius:10px;font:inherit;
font-weight:700;color:var(--on);cursor:pointer}
p code{font-size:.9em}.resubmit{background:var(--link)}
.approve{background:var(--approve)}.reject{background:var(--reject)}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.problem{background:var(--card);border:2px solid var(--reject);border-radius:14px;
padding:.4rem 1.1rem}
.error::first-letter{text-transform:uppercase}
.error{color:var(--reject);font-weight:600;margin:.2rem 0}
@media(min-width:60rem){.with-form{max-width:72rem;grid-template-columns:minmax(0,1fr) 23rem}
.with-form .problem{grid-column:1/3}.with-form form{grid-column:2;grid-row:span 2}}
"""
