"""The only script of the pages: shows times in the reader's locale and time zone.

Without JavaScript, times are in UTC.
"""

SCRIPT = """
{const f=new Intl.DateTimeFormat(undefined,{year:"numeric",month:"long",day:"numeric",
hour:"2-digit",minute:"2-digit",timeZoneName:"short"});
for(const t of document.querySelectorAll("time")){t.title=t.textContent;
t.textContent=f.format(new Date(t.dateTime));t.lang=f.resolvedOptions().locale}}
"""
