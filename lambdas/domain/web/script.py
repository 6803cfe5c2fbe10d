"""The one script of the pages: times in the reader's own language and time zone, which is named.

The server cannot know either. Without JavaScript a page says UTC.
"""

SCRIPT = """
{const f=new Intl.DateTimeFormat(undefined,{year:"numeric",month:"long",day:"numeric",
hour:"2-digit",minute:"2-digit",timeZoneName:"short"});
for(const t of document.querySelectorAll("time")){t.title=t.textContent;
t.textContent=f.format(new Date(t.dateTime));t.lang=f.resolvedOptions().locale}}
"""
