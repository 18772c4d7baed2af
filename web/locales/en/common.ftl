# What every page has: the frame, the menu, the parts of forms.

-brand = Counterfoil

language = Language
skip-to-content = Skip to the content
foot-claim = Invoices that prove themselves
foot-check = Check an invoice

menu = Sections
menu-dashboard = Dashboard
menu-invoices = Invoices
menu-customers = Customers
menu-organisation = Organisation
menu-ledger = Ledger
account-of = Account of { $person }
signed-in-as = Signed in as { $person }
switch-to = Switch to { $organisation }
your-account = Your account
sign-out = Sign out

shortcuts = Keyboard shortcuts
shortcut-search = Search
shortcut-new = New, on pages with a list
shortcut-help = This list

close = Close
cancel = Cancel
back = Back
optional = optional
show = Show
hide = Hide
copy = Copy
copied = Copied
done-suffix = , done

things-to-mend =
    { $count ->
        [one] One thing to mend
       *[other] { $count } things to mend
    }
label-in-row = { $label }, line { $row }
pages = Pages
newest = Newest
newer = Newer
older = Older
menu-products = Products
search = Search
remove-filter = , remove this filter
order = Order
filters = Filters
show-all = Show all
previous = Previous
next = Next
nothing-fits = Nothing fits
quoted = “{ $text }”
label-in-adjustment = { $label }, discount or charge { $row }
label-in-item-adjustment = { $label }, discount or charge of an item { $row }
