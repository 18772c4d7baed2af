# Was man sieht, wenn etwas nicht geht.

fault-number = Fehler { $status }
fault-reference = Kennzeichen
fault-start-page = Startseite
fault-bad-request = Diese Anfrage ist nicht lesbar
fault-bad-request-todo = Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
fault-forbidden = Das dürfen Sie nicht
fault-forbidden-todo = Wenn Sie es für Ihre Arbeit brauchen, bitten Sie einen Inhaber der Organisation, Ihre Rolle zu ändern.
fault-not-from-here = Es wurde nichts geändert
fault-not-from-here-todo = Gehen Sie zurück, laden Sie die Seite neu und senden Sie das Formular noch einmal. Wenn Sie einem Link aus einer E-Mail oder von einer anderen Website gefolgt sind, öffnen Sie stattdessen die Seite hier.
fault-not-found = Diese Seite gibt es nicht
fault-not-found-what = Die Adresse führt nirgendwohin, oder zu etwas, das nicht für Sie bestimmt ist.
fault-not-found-todo = Prüfen Sie die Adresse, oder beginnen Sie auf der Startseite.
fault-too-large = Das ist zu groß
fault-too-large-what = Hier lassen sich höchstens { $limit } senden, und nichts davon wurde aufbewahrt.
fault-too-large-todo = Wählen Sie eine kleinere Datei oder kürzen Sie den Text.
fault-unprocessable = Das Formular ist nicht lesbar
fault-unprocessable-todo = Gehen Sie zurück, laden Sie die Seite neu und füllen Sie das Formular noch einmal aus.
fault-too-many = Zu viele Versuche
fault-too-many-what = Damit andere nicht raten können, muss der nächste Versuch warten.
fault-too-many-todo = Warten Sie { $wait } und versuchen Sie es dann noch einmal.
fault-internal = Das ist schiefgegangen, und es liegt an uns
fault-internal-what = Was Sie taten, wurde nicht abgeschlossen, und nichts ist halb getan.
fault-internal-todo = Versuchen Sie es gleich noch einmal. Wenn es wieder geschieht, nennen Sie dem Betreiber dieses Servers das Kennzeichen unten.
fault-ledger-closed = Das Nachweisbuch ist geschlossen
fault-ledger-closed-what = Dieser Server hat festgestellt, dass seine Datenbank nicht die ist, deren Nachweisbuch zuletzt signiert wurde. Er signiert nichts, bis das geklärt ist; es wurde also nichts geändert.
fault-ledger-closed-todo = Nennen Sie dem Betreiber dieses Servers das Kennzeichen unten: Sein Protokoll sagt, was geschah und was zu tun ist.
fault-busy = Für einen Moment ausgelastet
fault-busy-what = Es ist mehr zu tun, als dieser Server auf einmal schafft. Es wurde nichts geändert.
fault-busy-todo = Versuchen Sie es in ein paar Sekunden noch einmal.
fault-method = Diese Adresse nimmt das nicht an
fault-method-what = Die Seite gibt es, aber nicht für diese Art von Anfrage.
fault-method-todo = Öffnen Sie die Seite noch einmal über das Menü.
fault-timeout = Das hat zu lange gedauert
fault-timeout-what = Die Anfrage war nicht rechtzeitig vollständig und wurde verworfen. Es wurde nichts geändert.
fault-timeout-todo = Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.
fault-media-type = Diese Art von Inhalt wird hier nicht angenommen
fault-media-type-what = Die Anfrage kam in einem Format, das diese Adresse nicht liest.
fault-media-type-todo = Benutzen Sie das Formular auf der Seite.

why-form-fields = Die Felder sind nicht die dieses Formulars.
why-not-allowed = Das ist nicht erlaubt.
why-something = Etwas an der Anfrage stimmt nicht.
why-form-incomplete = Das Formular ist nicht vollständig angekommen.
why-form-stale = Dieses Formular ist veraltet: Sie haben sich seit dem Öffnen an- oder abgemeldet, oder es wurde nicht für diesen Browser gemacht.
why-no-version = Das Formular nennt keine Fassung.
why-address-incomplete = Die Adresse dieser Seite ist nicht vollständig.
why-unknown-language = Diese Sprache wird hier nicht gesprochen.
why-unknown-field = Dieses Formular hat kein Feld { $field }.
why-field-twice = Das Feld { $field } kam zweimal.
why-too-many-fields = Es sind zu viele Felder.
why-no-boundary = Dem Hochgeladenen fehlt die Grenze zwischen seinen Teilen.
why-unknown-file = Dieses Formular nimmt keine Datei { $field }.
why-file-twice = Die Datei { $field } kam zweimal.
why-not-utf8 = Der Text ist kein UTF-8.
why-nul = Der Text enthält ein NUL-Zeichen.
why-token-twice = Die Formularmarke kam zweimal.
why-once-twice = Die Nummer des Formulars kam zweimal.
why-role = Ihre Rolle ({ $role }) umfasst das nicht: Fragen Sie einen Inhaber.
why-inactive = Ihre Mitgliedschaft ist nicht aktiv, und nur aktive Mitglieder dürfen handeln.
why-fresh-needed = Das braucht eine frische Bestätigung: Zeigen Sie Passwort und zweiten Faktor noch einmal.
why-not-an-owner = Nur Inhaber dieser Installation legen Organisationen an.
why-may-not-credit = Für Gutschriften brauchen Sie das entsprechende Recht: Fragen Sie einen Inhaber.
why-other-site = Die Anfrage kam von einer anderen Website: Öffnen Sie diese Seite hier und senden Sie das Formular noch einmal.
why-other-origin = Die Anfrage kam von einer anderen Herkunft: Öffnen Sie diese Seite hier und senden Sie das Formular noch einmal.
why-no-origin = Der Browser hat nicht gesagt, woher die Anfrage kam: Benutzen Sie einen aktuellen Browser.
why-embedded = Andere Websites dürfen hierher verlinken, diese Seite aber nicht einbetten oder lesen.

wait-seconds =

    { $count ->
        [one] eine Sekunde
       *[other] { $count } Sekunden
    }
wait-minutes =

    { $count ->
        [one] eine Minute
       *[other] { $count } Minuten
    }
why-percent = Ein Prozentzeichen steht ohne zwei hexadezimale Ziffern.
fault-too-late = Das ist nicht mehr möglich
fault-too-late-todo = Gehen Sie zurück, laden Sie die Seite neu und sehen Sie nach, wie es jetzt steht.
why-list-cursor = Die Adresse dieser Seite ist nicht vollständig: Beginnen Sie wieder mit der ersten Seite.
