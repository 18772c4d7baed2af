# Die erste Seite einer Organisation.

dashboard-title = Übersicht
invoice-new = Neue Rechnung
dashboard-lead-first = Ein paar Schritte noch, dann ist Ihre erste Rechnung unterwegs.
dashboard-lead-paid = Alles ist bezahlt, nichts ist offen.
dashboard-lead-open =

    { $open ->
        [one] { $open } Rechnung offen, keine überfällig.
       *[other] { $open } Rechnungen offen, keine überfällig.
    }
dashboard-lead-overdue =

    { $open ->
        [one] { $open } Rechnung offen, davon { $overdue } überfällig.
       *[other] { $open } Rechnungen offen, davon { $overdue } überfällig.
    }

first-hour = Ihre erste Stunde
first-hour-second-factor = Zweiter Faktor
first-hour-organisation = Organisation mit eigenen Schlüsseln und eigenem Nachweisbuch
first-hour-payee = Bankverbindung
first-hour-customer = Erster Kunde
first-hour-invoice = Erste Rechnung
first-hour-see = Ansehen
first-hour-add = Anlegen
first-hour-write = Schreiben

needs-you = Das braucht Sie
need-sealing = Das PDF konnte nicht erzeugt und versiegelt werden.
need-mail-dead = Die E-Mail konnte nicht gesendet werden und wurde aufgegeben. Senden Sie sie noch einmal, oder übergeben Sie den Link selbst.
need-mail-server = Die E-Mail wartet, weil kein Mailserver eingerichtet ist. Öffnen Sie die Rechnung, um ihren Link selbst zu übergeben.
need-not-done = Das ist noch nicht erledigt.

figures-in = Zahlen in { $currency }
status-open = Offen
status-overdue = Überfällig
figures-nothing-late = nichts ist im Verzug
figures-due-soon = Fällig in den nächsten 7 Tagen
figures-issued-in = Ausgestellt im { $month }
figures-invoices =

    { $count ->
        [one] { $count } Rechnung
       *[other] { $count } Rechnungen
    }
figures-credit-notes =

    { $count ->
        [one] { $count } Gutschrift
       *[other] { $count } Gutschriften
    }
figures-before-credits = { $invoices }, vor { $credits }
figures-oldest =

    { $days ->
        [one] { $invoices }, seit gestern
       *[other] { $invoices }, die älteste seit { $days } Tagen
    }

expected = Erwartet
expected-caption = Offene Rechnungen nach der Woche ihrer Fälligkeit, jeweils ab Montag, in { $currency }
expected-overdue = überfällig
expected-later = später

latest = Zuletzt
all-invoices = Alle Rechnungen
invoices-none = Noch keine Rechnungen
latest-none-lead = Eine Rechnung erhält ihre Nummer, ihr Siegel und ihren Eintrag im Nachweisbuch, wenn Sie sie ausstellen. Bis dahin ist sie ein Entwurf, und nichts ist endgültig.
column-number = Nummer
column-customer = Kunde
column-status = Status
column-due = Fällig
column-amount = Betrag
column-open = Offen
column-with-currency = { $column }, { $currency }
issued-on = ausgestellt am { $date }
need-mail-bounced = Die E-Mail kam zurück. Senden Sie den Link an eine andere Adresse, oder übergeben Sie ihn selbst.
need-mail-unknown = Die E-Mail ist vielleicht angekommen, niemand weiß es. Fragen Sie den Kunden, oder senden Sie sie noch einmal.
recent = Was zuletzt geschah
recent-all = Alles im Nachweisbuch
need-certificate =

    { $days ->
        [0] Das Signaturzertifikat endet heute. Es wurde importiert: Importieren Sie den Nachfolger.
        [one] Das Signaturzertifikat endet in { $days } Tag. Es wurde importiert: Importieren Sie den Nachfolger.
       *[other] Das Signaturzertifikat endet in { $days } Tagen. Es wurde importiert: Importieren Sie den Nachfolger.
    }
need-certificate-ended = Das Signaturzertifikat ist abgelaufen, und es lässt sich nichts ausstellen. Es wurde importiert: Importieren Sie den Nachfolger.
