# Die Liste der Rechnungen, und eine Rechnung.

invoices-title = Rechnungen
invoices-none-lead = Schreiben Sie einen Entwurf, sehen Sie ihn durch und stellen Sie ihn aus: Dann hat er eine Nummer, ein Siegel und einen Eintrag in Ihrem Nachweisbuch.
drafts = Entwürfe
invoices-issued = Ausgestellt
column-changed = Geändert
credit-note = Gutschrift
invoice = Rechnung
status-draft = Entwurf
status-partly-paid = Teilweise bezahlt
status-paid = Bezahlt
status-credited = Gutgeschrieben
draft-without-customer = Noch kein Kunde
shown = { $count } angezeigt

document-title = { $kind } { $number }
invoice-to = An { $buyer }.
open-overdue =

    { $days ->
        [one] { $open } offen, seit gestern überfällig.
       *[other] { $open } offen, seit { $days } Tagen überfällig.
    }
open-due = { $open } offen, fällig am { $due }.
open-only = { $open } offen.
paid-in-full = Vollständig bezahlt.
taken-back = Durch eine Gutschrift aufgehoben: Es ist nichts zu zahlen.
credited-to-customer = { $total } dem Kunden gutgeschrieben.
pdf = PDF
credit = Gutschreiben
send = Senden
link-shown-once = Dieser Link öffnet den Beleg. Er wird nur dieses eine Mal gezeigt.
link-made-before = Der Link ist schon erzeugt, und er wird nur einmal gezeigt. Haben Sie ihn nicht kopiert, ziehen Sie ihn unten zurück und erzeugen Sie einen neuen.
credits = Gutschrift zu { $number }.
credited-by = Gutgeschrieben mit { $number }.

lines = Positionen
issued-and-due = ausgestellt am { $issued }, fällig am { $due }
net = Netto
totals-discount = Nachlass
totals-charges = Zuschläge
totals-vat = USt. auf { $taxable }
totals-vat-at = { $rate } USt. auf { $taxable }

send-lead = Die E-Mail enthält einen Link, nicht den Beleg: Im Postfach gibt es nichts, was zu fälschen sich lohnt.
send-no-server = Es ist kein Mailserver eingerichtet; die E-Mail wartet, und Sie übergeben den Link selbst.
send-link = Link senden
make-link = Link zum Übergeben erzeugen
show-link-of-mail = Link der E-Mail vom { $moment } zeigen
links-of = Link vom
links-opened = Geöffnet
links-until = Gültig bis
links-withdraw = Zurückziehen
links-ended = zurückgezogen oder abgelaufen
link-withdrawn = Link zurückgezogen
mail-under-way = Die E-Mail ist unterwegs
mail-waits = Die E-Mail wartet auf einen Mailserver

payment-record = Zahlung erfassen
payment-record-button = Zahlung erfassen
payment-recorded = Zahlung erfasst

evidence = Nachweise
evidence-seal = Siegel
evidence-digest = Signiertes PDF, SHA-256 { $digest }
evidence-being-made = Das PDF wird gezeichnet und signiert
evidence-code = Code auf dem Papier
evidence-verify = Prüfen Sie es selbst, ohne diesen Server:
evidence-proof = Nachweis

timeline = Was geschah
event-issued = Ausgestellt
event-sealed = PDF gezeichnet und signiert
event-mail-sent = E-Mail gesendet
event-mail-dead = E-Mail nicht gesendet: { $reason }
event-mail-no-server = E-Mail wartet: Es ist kein Mailserver eingerichtet, übergeben Sie den Link selbst
event-mail-sending = E-Mail wird gesendet
event-mail-again = E-Mail wird erneut versucht: { $reason }
event-opened =

    { $times ->
        [one] Vom Kunden geöffnet, einmal
       *[other] Vom Kunden geöffnet, { $times }-mal
    }
event-payment = { $amount } eingegangen am { $day }

credit-title = { $number } gutschreiben?
credit-lead = Es entsteht der Entwurf einer Gutschrift über den ganzen Betrag. Bis Sie ihn ausstellen, geschieht nichts.
credit-make = Gutschrift entwerfen
credit-drafted = Gutschrift entworfen
invoices-search = Suchen nach Nummer, Kunde, E-Mail-Adresse oder USt-IdNr.
invoices-filter = Filtern und sortieren
invoices-any-currency = Alle
invoices-show = Zeigen
invoices-nothing-on-page = Nichts auf dieser Seite
invoices-search-lead = Die Suche findet ganze Wörter des Kundennamens, ganze E-Mail-Adressen und USt-IdNrn. und Nummern wie 2026-0042 oder 42.
all-drafts = Alle Entwürfe
bulk-with = Mit den angekreuzten
bulk-send = Links senden
bulk-csv = Als CSV herunterladen
bulk-select = Auswählen
bulk-select-one = { $number } auswählen
export-all = Alle als CSV herunterladen
export-fitting = Alle passenden als CSV herunterladen
export-hint = Ein Export ist ein Eintrag in Ihrem Nachweisbuch.
sort-newest = Neueste zuerst
sort-oldest = Älteste zuerst
sort-due-first = Zuerst fällige zuerst
sort-due-last = Zuletzt fällige zuerst
sort-largest = Größter Betrag zuerst
sort-smallest = Kleinster Betrag zuerst
sort-highest = Höchste Nummer zuerst
sort-lowest = Niedrigste Nummer zuerst
filter-credit-notes = Gutschriften
chip-from = Ausgestellt ab { $day }
chip-to = Ausgestellt bis { $day }
bulk-title = Links gesendet
bulk-heading = Was gesendet wurde
bulk-result = Ergebnis
bulk-to = An
bulk-on-its-way = Unterwegs
bulk-waits = Wartet auf einen Mailserver
bulk-not-sent = Nicht gesendet
bulk-lead = { $sent } von { $all } gesendet.
bulk-choose = Wählen Sie, was mit den Belegen geschehen soll.
bulk-tick = Kreuzen Sie zuerst die Belege an.
bulk-too-many = Höchstens { $most } Belege auf einmal; dies sind { $found }.
bulk-foreign = Einer der Belege ist nicht in dieser Liste: Laden Sie die Seite neu und kreuzen Sie sie noch einmal an.
bulk-no-address = Es ist keine E-Mail-Adresse bekannt: Übergeben Sie stattdessen einen Link.
export-no-drafts = Entwürfe sind noch keine Belege und werden nicht exportiert.
export-unknown-choice = Die Liste ist nach etwas ausgewählt, das es nicht gibt.
event-mail-bounced = E-Mail nicht zugestellt: { $reason }
event-mail-stopped = E-Mail angehalten oder abgelegt
event-mail-unknown = E-Mail gesendet: { $reason }
see-mail-log = E-Mail-Protokoll ansehen
draft-new-cut-off = Das sind die neuesten. Auf der Seite jedes anderen Kunden gibt es einen Knopf für eine neue Rechnung.
corrects = Korrektur zu { $number }.
corrected-by = Korrigiert mit { $number }.
credit-owed-back = Was bezahlt wurde, ist dem Kunden dann zu erstatten.
owed-back = { $answer } { $owed } sind dem Kunden zu erstatten.
replaced-by = Ersetzt durch die korrigierte Rechnung { $number }: Auf diese ist nichts zu zahlen.
since-received = Seither eingegangen
since-taken-back = Gutgeschrieben
since-owed-back = Zu erstatten
totals-without-vat = Summe netto
totals-with-vat = Summe brutto
totals-paid = Bereits gezahlt
totals-rounding = Rundung
totals-credited = Gutgeschrieben
totals-to-be-paid = Zu zahlen
choice-wrong = Die Adresse dieser Seite stimmt nicht: { $what }.
choice-status = diesen Status gibt es nicht
choice-sort = danach wird die Liste nicht sortiert
choice-customer = der Kunde ist keiner
choice-currency = die Währung ist keine
choice-date = ein Datum wird 2026-12-31 geschrieben
bulk-pay = Als bezahlt eintragen
bulk-paid-title = Als bezahlt eingetragen
bulk-paid-heading = Was als bezahlt eingetragen wurde
bulk-paid-lead = { $paid } von { $all } eingetragen, eingegangen am { $day }.
bulk-paid = Eingetragen
bulk-not-paid = Nicht eingetragen
bulk-amount = Betrag oder Grund
bulk-nothing-open = Darauf ist nichts offen.
bulk-gives-back = Das ist eine Gutschrift: Darauf ist nichts zu zahlen.
filter-due-soon = In 7 Tagen fällig
