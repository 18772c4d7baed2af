# The list of invoices, and one invoice.

invoices-title = Invoices
invoices-none-lead = Write a draft, look at it, and issue it: then it has a number, a seal, and an entry in your ledger.
drafts = Drafts
invoices-issued = Issued
column-changed = Changed
credit-note = Credit note
invoice = Invoice
status-draft = Draft
status-partly-paid = Partly paid
status-paid = Paid
status-credited = Credited
draft-without-customer = No customer yet
shown = { $count } shown

document-title = { $kind } { $number }
invoice-to = To { $buyer }.
open-overdue =

    { $days ->
        [one] { $open } open, overdue since yesterday.
       *[other] { $open } open, overdue by { $days } days.
    }
open-due = { $open } open, due on { $due }.
open-only = { $open } open.
paid-in-full = Paid in full.
taken-back = Taken back by a credit note: nothing is to be paid.
credited-to-customer = { $total } credited to the customer.
pdf = PDF
credit = Credit
send = Send
link-shown-once = This link opens the document. It is shown this once.
link-made-before = The link was made already, and it is shown only once. If you have not copied it, withdraw it below and make another.
credits = Credits { $number }.
credited-by = Credited by { $number }.

lines = Lines
issued-and-due = issued { $issued }, due { $due }
net = Net
totals-discount = Discount
totals-charges = Charges
totals-vat = VAT on { $taxable }
totals-vat-at = VAT { $rate } on { $taxable }

send-lead = The mail holds a link, not the document: nothing in the mailbox is worth changing.
send-no-server = No mail server is set up, so the mail waits and you hand over the link yourself.
send-link = Send the link
make-link = Make a link to hand over
show-link-of-mail = Show the link of the mail from { $moment }
links-of = Link of
links-opened = Opened
links-until = Works until
links-withdraw = Withdraw
links-ended = withdrawn or expired
link-withdrawn = Link withdrawn
mail-under-way = The mail is on its way
mail-waits = The mail waits for a mail server

payment-record = Record a payment
payment-record-button = Record the payment
payment-recorded = Payment recorded

evidence = Evidence
evidence-seal = Seal
evidence-digest = Signed PDF, SHA-256 { $digest }
evidence-being-made = The PDF is being drawn and signed
evidence-code = Code on the paper
evidence-verify = Verify it yourself, without this server:
evidence-proof = Proof

timeline = What happened
event-issued = Issued
event-sealed = PDF drawn and signed
event-mail-sent = Mail sent
event-mail-dead = Mail not sent: { $reason }
event-mail-no-server = Mail waits: no mail server is set up, hand the link over yourself
event-mail-sending = Mail is being sent
event-mail-again = Mail is tried again: { $reason }
event-opened =

    { $times ->
        [one] Opened by the customer, once
       *[other] Opened by the customer, { $times } times
    }
event-payment = { $amount } received on { $day }

credit-title = Credit { $number }?
credit-lead = A draft credit note over all of it is made. Nothing happens until you issue it.
credit-make = Make the credit note
credit-drafted = Credit note drafted
invoices-search = Search by number, customer, e-mail address or VAT identifier
invoices-filter = Filter and sort
invoices-any-currency = Any
invoices-show = Show
invoices-nothing-on-page = Nothing on this page
invoices-search-lead = Search finds whole words of a customer’s name, whole e-mail addresses and VAT identifiers, and numbers such as 2026-0042 or 42.
all-drafts = All drafts
bulk-with = With those you tick
bulk-send = Send the links
bulk-csv = Download as CSV
bulk-select = Select
bulk-select-one = Select { $number }
export-all = Download all as CSV
export-fitting = Download all that fit as CSV
export-hint = An export is an entry in your ledger.
sort-newest = Newest first
sort-oldest = Oldest first
sort-due-first = Due first
sort-due-last = Due last
sort-largest = Largest amount first
sort-smallest = Smallest amount first
sort-highest = Highest number first
sort-lowest = Lowest number first
filter-credit-notes = Credit notes
chip-from = Issued from { $day }
chip-to = Issued to { $day }
bulk-title = Links sent
bulk-heading = What was sent
bulk-result = Result
bulk-to = To
bulk-on-its-way = On its way
bulk-waits = Waits for a mail server
bulk-not-sent = Not sent
bulk-lead = { $sent } of { $all } sent.
bulk-choose = Choose what to do with the documents.
bulk-tick = Tick the documents first.
bulk-too-many = At most { $most } documents at once; these are { $found }.
bulk-foreign = One of the documents is not in this list: reload the page and tick them again.
bulk-no-address = No e-mail address is known: hand a link over instead.
export-no-drafts = Drafts are no documents yet and are not exported.
export-unknown-choice = The list is chosen by something that does not exist.
event-mail-bounced = Mail not delivered: { $reason }
event-mail-stopped = Mail stopped or put away
event-mail-unknown = Mail sent: { $reason }
see-mail-log = See the mail log
draft-new-cut-off = These are the newest. Any other customer’s own page has a button for a new invoice.
corrects = Corrects { $number }.
corrected-by = Corrected by { $number }.
credit-owed-back = What was paid is then owed back to the customer.
owed-back = { $answer } { $owed } is owed back to the customer.
replaced-by = Replaced by the corrected invoice { $number }: nothing is to be paid on this one.
since-received = Received since
since-taken-back = Taken back
since-owed-back = Owed back
totals-without-vat = Total without VAT
totals-with-vat = Total with VAT
totals-paid = Already paid
totals-rounding = Rounding
totals-credited = Credited
totals-to-be-paid = To be paid
choice-wrong = The address of this page is not right: { $what }.
choice-status = there is no such status
choice-sort = the list is not sorted by that
choice-customer = the customer is none
choice-currency = the currency is none
choice-date = a date is written 2026-12-31
bulk-pay = Record as paid
bulk-paid-title = Recorded as paid
bulk-paid-heading = What was recorded as paid
bulk-paid-lead = { $paid } of { $all } recorded, received on { $day }.
bulk-paid = Recorded
bulk-not-paid = Not recorded
bulk-amount = Amount, or why not
bulk-nothing-open = Nothing is open on it.
bulk-gives-back = It is a credit note: nothing is to be paid on it.
filter-due-soon = Due in 7 days
