# Das Nachweisbuch als Protokoll gelesen.

security-log = Sicherheitsprotokoll
security-log-lead = Wer was getan hat, und wann. Jede Zeile ist ein Eintrag im Nachweisbuch: Sie lässt sich nicht ändern oder weglassen, ohne dass es auffällt.
security-log-topics = Themen
security-log-nothing = Hier ist nichts
security-log-go-on = Unter den durchgesehenen Einträgen ist nichts zu diesem Thema. Gehen Sie weiter zu älteren.
security-log-never = Zu diesem Thema ist noch nichts geschehen.
csv = CSV
topic-everything = Alles
topic-people = Personen und Anmeldungen
topic-settings = Einstellungen, Bankverbindung und Schlüssel
topic-documents = Belege und Zahlungen
topic-sharing = E-Mails und Links
account-log = Was zuletzt geschah
account-log-lead = Ist eine Anmeldung dabei, die nicht von Ihnen war? Ändern Sie das Passwort: Alle anderen Sitzungen enden damit.
