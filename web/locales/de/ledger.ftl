# Das Nachweisbuch, wie seine Mitglieder es lesen.

ledger-title = Nachweisbuch
ledger-lead =

    { $count ->
        [one] { $count } Eintrag. Jeder ist in einen Baum eingesiegelt, dessen signierten Prüfpunkt jeder abrufen kann: Keiner lässt sich ändern, entfernen oder nachträglich einschieben, ohne dass es auffällt.
       *[other] { $count } Einträge. Jeder ist in einen Baum eingesiegelt, dessen signierten Prüfpunkt jeder abrufen kann: Keiner lässt sich ändern, entfernen oder nachträglich einschieben, ohne dass es auffällt.
    }
ledger-entry = Eintrag
ledger-what = Was
ledger-who = Wer
ledger-when = Wann
ledger-none = Keine Einträge
ledger-range = Einträge { $from } bis { $to } von { $size }
ledger-checkpoint = Neuester Prüfpunkt
ledger-checkpoint-lead = Herkunft, Zahl der Einträge, Wurzel des Baums, Signatur. Bewahren Sie ab und zu eine Kopie auf: Ein späterer Prüfpunkt, der sie nicht fortsetzt, beweist eine Manipulation.
ledger-key = Schlüssel
ledger-key-lead = Prüft den Prüfpunkt und damit jeden Nachweis einer Rechnung (C2SP signed note).
ledger-verify = Prüfen Sie es selbst
ledger-verify-one = Einen Beleg, ohne Netz und ohne uns:
ledger-verify-all = Jeden Eintrag, auf dem Server:

entry-organisation-created = Organisation angelegt, mit eigenen Schlüsseln
entry-organisation-changed = Organisation geändert: { $fields }
entry-payee-added = Bankverbindung eingetragen
entry-member-added = Mitglied hinzugefügt
entry-invoice-issued = { $number } ausgestellt
entry-document-sealed = PDF erzeugt und versiegelt
entry-document-sent = E-Mail mit Link eingereiht
entry-link-created = Link erzeugt
entry-link-opened = Link geöffnet
entry-link-revoked = Link widerrufen
entry-payment-recorded = Zahlung von { $sum } erfasst
entry-payment-recorded-plain = Zahlung erfasst
entry-person-created = Person angelegt
entry-factor-enrolled = Zweiter Faktor eingerichtet
entry-recovery-code-used = Wiederherstellungscode benutzt
entry-ledger-restored = Eine ältere Sicherung wurde eingespielt: Spätere Einträge sind verloren
entry-session-opened = Angemeldet
entry-session-closed = Abgemeldet
entry-a-document = Beleg
by-nobody-known = nicht mehr bekannt
by-link-holder = wer den Link hat
by-server = der Server
by-operator = der Betreiber
entry-document-sent-again = E-Mail mit Link erneut gesendet
entry-mail-cancelled = E-Mail vor dem Versand angehalten
entry-books-exported = Liste der Belege exportiert
entry-certificate-imported = Signaturzertifikat importiert
entry-certificate-renewed = Signaturzertifikat erneuert
entry-certificate-revoked = Signaturzertifikat gesperrt
entry-recovery-codes-replaced = Neue Wiederherstellungscodes erzeugt
entry-password-changed = Passwort geändert
entry-sessions-closed = Überall sonst abgemeldet
entry-key-rotated = Neuer Schlüssel für die Verschlüsselung der Organisation
entry-root-key-rotated = Neuer Hauptschlüssel für den Server
entry-numbering-changed = Nummernkreise geändert: { $pattern }
entry-payee-approved = Zweite Person hat einer Bankverbindung zugestimmt
entry-payee-preferred = Bankverbindung zur üblichen gemacht
entry-payee-ended = Bankverbindung beendet
