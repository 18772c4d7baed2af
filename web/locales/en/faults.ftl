# What people see when something does not work.

fault-number = Error { $status }
fault-reference = Reference
fault-start-page = Start page
fault-bad-request = This request cannot be read
fault-bad-request-todo = Go back, reload the page and try again.
fault-forbidden = You may not do this
fault-forbidden-todo = If you need it for your work, ask an owner of the organisation to change your role.
fault-not-from-here = Nothing was changed
fault-not-from-here-todo = Go back, reload the page and send the form again. If you followed a link from a mail or another site, open the page here instead.
fault-not-found = There is no such page
fault-not-found-what = The address leads nowhere, or to something that is not yours to see.
fault-not-found-todo = Check the address, or start again from the front page.
fault-too-large = This is too large
fault-too-large-what = At most { $limit } can be sent here, and nothing of it was kept.
fault-too-large-todo = Choose a smaller file or shorten the text.
fault-unprocessable = The form cannot be read
fault-unprocessable-todo = Go back, reload the page and fill in the form again.
fault-too-many = Too many attempts
fault-too-many-what = To keep others from guessing, the next attempt has to wait.
fault-too-many-todo = Wait { $wait }, then try once more.
fault-internal = This did not work, and it is our fault
fault-internal-what = What you were doing was not completed, and nothing is half done.
fault-internal-todo = Try again in a moment. If it happens again, tell whoever runs this server the reference below.
fault-ledger-closed = The ledger is closed
fault-ledger-closed-what = This server found that its database is not the one whose ledger was signed last. It signs nothing until that is settled, so nothing was changed.
fault-ledger-closed-todo = Tell whoever runs this server the reference below: its log says what happened and what to do.
fault-busy = Busy for a moment
fault-busy-what = There is more to do than this server can carry at once. Nothing was changed.
fault-busy-todo = Try again in a few seconds.
fault-method = This address does not take that
fault-method-what = The page exists, but not for this kind of request.
fault-method-todo = Open the page again from the menu.
fault-timeout = This took too long
fault-timeout-what = The request was not complete in time and was dropped. Nothing was changed.
fault-timeout-todo = Check your connection and try again.
fault-media-type = This kind of content is not taken here
fault-media-type-what = The request came in a format that this address does not read.
fault-media-type-todo = Use the form on the page.

why-form-fields = The fields are not the ones of this form.
why-not-allowed = This is not allowed.
why-something = Something about the request is not right.
why-form-incomplete = The form did not arrive completely.
why-form-stale = This form is out of date: you have signed in or out since it was opened, or it was not made for this browser.
why-no-version = The form names no version.
why-address-incomplete = The address of this page is not complete.
why-unknown-language = This language is not spoken here.
why-unknown-field = This form has no field { $field }.
why-field-twice = The field { $field } came twice.
why-too-many-fields = There are too many fields.
why-no-boundary = The upload has no boundary between its parts.
why-unknown-file = This form takes no file { $field }.
why-file-twice = The file { $field } came twice.
why-not-utf8 = The text is not UTF-8.
why-nul = The text contains a NUL character.
why-token-twice = The form token came twice.
why-once-twice = The number of the form came twice.
why-role = Your role ({ $role }) does not include this: ask an owner.
why-inactive = Your membership is not active, and only active members may act.
why-fresh-needed = This needs a fresh confirmation: show your password and second factor again.
why-not-an-owner = Only owners of this installation make organisations.
why-may-not-credit = Crediting takes the right to credit: ask an owner.
why-other-site = The request came from another site: open this page here and send the form again.
why-other-origin = The request came from another origin: open this page here and send the form again.
why-no-origin = The browser did not say where the request came from: use an up-to-date browser.
why-embedded = Other sites may link here but not embed or read this page.

wait-seconds =

    { $count ->
        [one] a second
       *[other] { $count } seconds
    }
wait-minutes =

    { $count ->
        [one] a minute
       *[other] { $count } minutes
    }
why-percent = A percent sign stands without two hexadecimal digits.
fault-too-late = This is no longer possible
fault-too-late-todo = Go back, reload the page, and see where it stands now.
why-list-cursor = The address of this page is not complete: begin again with the first page.
