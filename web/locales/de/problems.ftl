# Was an einem Feld nicht stimmt, und was richtig wäre.

problem-missing = Das ist nötig.
problem-too-long = Höchstens { $most } Zeichen; dies sind { $found }.
problem-invisible = Das unsichtbare Zeichen { $code } ist hier nicht erlaubt: Entfernen Sie es.
problem-date = Ein Kalenderdatum, etwa 2026-12-31.
problem-colour = Eine Farbe aus sechs hexadezimalen Ziffern nach #, wie #1d4466.
problem-email-long = Eine E-Mail-Adresse hat höchstens 254 Zeichen, und 64 vor dem @.
problem-email-at = Eine E-Mail-Adresse hat ein @, wie name@example.com.
problem-email-local = Vor dem @ sind nur ASCII-Buchstaben, Ziffern, einzelne Punkte und { $signs } möglich.
problem-email-domain = Nach dem @ ist eine Domain wie example.com nötig; schreiben Sie internationale Namen in ihrer xn---Form.
problem-iban-missing = Die IBAN fehlt.
problem-iban-characters = Eine IBAN hat nur die Buchstaben A bis Z und Ziffern.
problem-iban-start = Eine IBAN beginnt mit zwei Buchstaben für das Land und zwei Ziffern, etwa DE89.
problem-iban-country = Kein Land mit dem Code { $country } hat IBANs.
problem-iban-length = Eine IBAN für { $country } hat { $expected } Zeichen; diese hat { $found }.
problem-iban-checksum = Die Prüfziffern passen nicht; ein Zeichen ist falsch, oder zwei sind vertauscht.
problem-bic-length = Ein BIC hat 8 oder 11 Zeichen; dieser hat { $found }.
problem-bic-characters = Ein BIC besteht aus vier Buchstaben, zwei Buchstaben für das Land und zwei oder fünf Buchstaben oder Ziffern.
problem-bic-country = Ein BIC hat sein Land an fünfter und sechster Stelle; { $country } ist keines.
problem-vat-prefix = Eine USt-IdNr. beginnt mit den zwei Buchstaben ihres Landes, etwa DE, und EL für Griechenland.
problem-vat-shape = Eine USt-IdNr. aus { $country } sieht aus wie { $example }.
problem-vat-characters = Nach dem Land hat eine USt-IdNr. 2 bis 18 Buchstaben und Ziffern.
problem-money-decimals = { $currency } hat höchstens { $decimals } Nachkommastellen.
problem-money-large = Der Betrag ist zu groß.
problem-password-short = { $found } Zeichen sind zu wenig, nehmen Sie mindestens { $least }: Vier Wörter ohne Zusammenhang sind leicht zu merken.
problem-password-long = Mehr als { $most } Zeichen sind nicht möglich.
problem-password-context = Ihr Name, Ihre Adresse, Ihre Organisation oder das Produkt werden zuerst geraten, und ohne sie bleibt zu wenig: Fügen Sie Wörter ohne Zusammenhang hinzu.
problem-password-guessable = Dieses Passwort wird früh geraten, weil { $why }: Fügen Sie Wörter ohne Zusammenhang hinzu.
problem-slug = 2 bis 40 Kleinbuchstaben, Ziffern und Bindestriche, mit einem Buchstaben am Anfang.
problem-no-tax-number = Eine USt-IdNr. oder eine Steuernummer ist nötig (BR-CO-26).
problem-payment-days = Höchstens 365 Tage.
problem-language = Ein Sprachkürzel nach BCP 47, etwa en oder de.
problem-country = Zwei Buchstaben nach ISO 3166-1, etwa DE oder FR.
problem-not-positive = Ein Betrag über null.
problem-more-than-open = Nur { $open } sind offen.
problem-not-yet = Ein Tag, der schon da ist: heute oder früher.
problem-year = Ein vierstelliges Jahr, ab { $first }.
problem-not-your-password = Das ist nicht Ihr Passwort.
problem-same-password = Das ist das bisherige: Wählen Sie ein anderes.
problem-wrong-code = Der Code stimmt nicht oder wurde schon benutzt: Warten Sie auf den nächsten.
problem-wrong-sign-in = Die Adresse oder das Passwort stimmt nicht.
problem-logo-file = Die Datei ist größer als 1 MB: Wählen Sie eine kleinere.
problem-logo-format = Wählen Sie eine PNG- oder JPEG-Datei.
problem-logo-pixels = Das Bild hat mehr als 4096 Pixel an einer Seite: Wählen Sie ein kleineres.
problem-logo-unreadable = Das Bild ist nicht lesbar: Speichern Sie es neu als PNG.
problem-logo-detail = Das Bild hat zu viele Einzelheiten für ein Logo: Wählen Sie ein einfacheres.

weakness-common = es einem der häufigsten Passwörter gleicht
weakness-word = es kaum mehr als ein gängiges Wort ist
weakness-names = es aus gängigen Namen besteht
weakness-keyboard = seine Tasten auf der Tastatur nebeneinanderliegen
weakness-repeats = es dieselben Zeichen wiederholt
weakness-sequence = es eine Folge wie abcdef oder 987654 ist
weakness-date = es kaum mehr als ein Datum oder Jahr ist
weakness-patterns = es aus wenigen Wörtern oder Mustern besteht, die früh versucht werden

throttled-seconds =

    { $count ->
        [one] Zu viele Fehlversuche: Warten Sie eine Sekunde und versuchen Sie es noch einmal.
       *[other] Zu viele Fehlversuche: Warten Sie { $count } Sekunden und versuchen Sie es noch einmal.
    }
throttled-minutes =

    { $count ->
        [one] Zu viele Fehlversuche: Warten Sie eine Minute und versuchen Sie es noch einmal.
       *[other] Zu viele Fehlversuche: Warten Sie { $count } Minuten und versuchen Sie es noch einmal.
    }
throttled-hours =

    { $count ->
        [one] Zu viele Fehlversuche: Warten Sie eine Stunde und versuchen Sie es noch einmal.
       *[other] Zu viele Fehlversuche: Warten Sie { $count } Stunden und versuchen Sie es noch einmal.
    }
problem-gtin = Eine GTIN hat 8, 12, 13 oder 14 Ziffern, deren letzte die anderen prüft.
problem-unit = Wählen Sie eine Einheit aus der Liste.
problem-price = Ein Preis ist nicht negativ (BR-27).
problem-too-many-contacts = Höchstens { $most } Ansprechpartner; dies sind { $found }.
problem-contact-without-email = Wählen Sie einen Ansprechpartner mit einer E-Mail-Adresse.
problem-pattern-character = Eine Nummer besteht aus A bis Z, Ziffern und - / . _, nicht aus { $character }
problem-pattern-start = Eine Nummer beginnt mit einem Buchstaben oder einer Ziffer, nicht mit { $character }
problem-pattern-bracket = Ein Teil steht in Klammern, etwa { $example }.
problem-pattern-part = Den Teil { $part } gibt es nicht, nur { $parts }.
problem-pattern-twice = Jahr, Monat und laufende Nummer stehen je einmal darin.
problem-pattern-number = Die laufende Nummer fehlt: { $example } für vier Stellen.
problem-pattern-month = Zu einem Monat gehört das Jahr: { $examples }.
problem-number-again = Belege haben Nummern, die dieses Muster noch einmal gäbe, etwa { $number }: Eine Nummer wird einmal vergeben.
problem-number-of-invoices = Rechnungen könnten dieselben Nummern bekommen, etwa { $number }: Wählen Sie ein anderes Muster oder eine Reihe für beide.
problem-start = Eine ganze Zahl von 1 bis { $most }.
problem-has-begun = Die Reihe hat begonnen und geht mit { $number } weiter: Nur eine ohne Belege kann anderswo beginnen.
problem-account-there = Diese Bankverbindung ist schon eingetragen.
problem-too-many-accounts = Höchstens { $most } Bankverbindungen: Beenden Sie zuerst eine.
problem-place = { $place } gibt es nicht: Daneben steht, was sich einsetzen lässt.
problem-no-link = Der Text braucht einmal { $link }, in einer eigenen Zeile.
problem-link-in-subject = Der Link öffnet den Beleg: Er steht nur im Text.
