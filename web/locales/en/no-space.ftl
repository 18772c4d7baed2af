# When the disk is full.

no-space-title = Not saved: no space left
no-space-what = The server has no space left to write to. Nothing was changed, and nothing is half done.
no-space-todo = Tell whoever runs this server to free space on its disk, then try again.
no-space-typed = What you typed is kept in this page. Leave it open, tell whoever runs this server to free space on its disk, and then send it again.
no-space-again = Send it again
no-space-notice = Read only: the server has no space left.
no-space-notice-lead = Everything can be read, nothing can be changed. Whoever runs it needs to free space on its disk; it then goes on by itself.
