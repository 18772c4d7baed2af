# Was jede Seite hat: der Rahmen, das Menü, die Teile von Formularen.

-brand = Counterfoil

language = Sprache
skip-to-content = Zum Inhalt springen
foot-claim = Rechnungen, die sich selbst beweisen
foot-check = Rechnung prüfen

menu = Bereiche
menu-dashboard = Übersicht
menu-invoices = Rechnungen
menu-customers = Kunden
menu-organisation = Organisation
menu-ledger = Nachweisbuch
account-of = Konto von { $person }
signed-in-as = Angemeldet als { $person }
switch-to = Zu { $organisation } wechseln
your-account = Ihr Konto
sign-out = Abmelden

shortcuts = Tastenkürzel
shortcut-search = Suchen
shortcut-new = Neu, auf Seiten mit einer Liste
shortcut-help = Diese Liste

close = Schließen
cancel = Abbrechen
back = Zurück
optional = freiwillig
show = Zeigen
hide = Verbergen
copy = Kopieren
copied = Kopiert
done-suffix = , erledigt

things-to-mend =
    { $count ->
        [one] Ein Punkt ist zu berichtigen
       *[other] { $count } Punkte sind zu berichtigen
    }
label-in-row = { $label }, Zeile { $row }
pages = Seiten
newest = Neueste
newer = Neuere
older = Ältere
menu-products = Produkte
search = Suchen
remove-filter = , diesen Filter entfernen
order = Reihenfolge
filters = Filter
show-all = Alle zeigen
previous = Zurück
next = Weiter
nothing-fits = Nichts passt
quoted = „{ $text }“
label-in-adjustment = { $label }, Nachlass oder Zuschlag { $row }
label-in-item-adjustment = { $label }, Nachlass oder Zuschlag eines Artikels { $row }
