# The first page of an organisation.

dashboard-title = Dashboard
invoice-new = New invoice
dashboard-lead-first = A few steps, and your first invoice is on its way.
dashboard-lead-paid = Everything is paid. Nothing is open.
dashboard-lead-open =

    { $open ->
        [one] { $open } invoice open, none overdue.
       *[other] { $open } invoices open, none overdue.
    }
dashboard-lead-overdue =

    { $open ->
        [one] { $open } invoice open, { $overdue } overdue.
       *[other] { $open } invoices open, { $overdue } overdue.
    }

first-hour = Your first hour
first-hour-second-factor = Second factor
first-hour-organisation = Organisation with its own keys and ledger
first-hour-payee = Payee account
first-hour-customer = First customer
first-hour-invoice = First invoice
first-hour-see = See
first-hour-add = Add one
first-hour-write = Write it

needs-you = Needs you
need-sealing = The PDF could not be made and sealed.
need-mail-dead = The mail could not be sent and was given up. Send it again, or hand the link over yourself.
need-mail-server = The mail waits, because no mail server is set up. Open the invoice to hand its link over yourself.
need-not-done = This is not done yet.

figures-in = Figures in { $currency }
status-open = Open
status-overdue = Overdue
figures-nothing-late = nothing is late
figures-due-soon = Due in the next 7 days
figures-issued-in = Issued in { $month }
figures-invoices =

    { $count ->
        [one] { $count } invoice
       *[other] { $count } invoices
    }
figures-credit-notes =

    { $count ->
        [one] { $count } credit note
       *[other] { $count } credit notes
    }
figures-before-credits = { $invoices }, before { $credits }
figures-oldest =

    { $days ->
        [one] { $invoices }, since yesterday
       *[other] { $invoices }, the oldest by { $days } days
    }

expected = Expected
expected-caption = Open invoices by the week they are due, each from its Monday on, in { $currency }
expected-overdue = overdue
expected-later = later

latest = Latest
all-invoices = All invoices
invoices-none = No invoices yet
latest-none-lead = An invoice gets its number, its seal and its ledger entry when you issue it. Until then it is a draft, and nothing is final.
column-number = Number
column-customer = Customer
column-status = Status
column-due = Due
column-amount = Amount
column-open = Open
column-with-currency = { $column }, { $currency }
issued-on = issued { $date }
need-mail-bounced = The mail came back. Send the link to another address, or hand it over yourself.
need-mail-unknown = The mail may have arrived, nobody knows. Ask the customer, or send it again.
recent = What happened last
recent-all = All in the ledger
need-certificate =

    { $days ->
        [0] The signing certificate ends today. It was imported: import its successor.
        [one] The signing certificate ends in { $days } day. It was imported: import its successor.
       *[other] The signing certificate ends in { $days } days. It was imported: import its successor.
    }
need-certificate-ended = The signing certificate has ended, and nothing can be issued. It was imported: import its successor.
