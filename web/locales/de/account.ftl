# Das eigene Konto.

account-new-codes-title = Neue Wiederherstellungscodes
account-new-codes = Ihre neuen Wiederherstellungscodes
account-new-codes-lead = Die alten öffnen nichts mehr: Werfen Sie sie weg. Diese hier werden { $emphasis } gezeigt: Drucken Sie sie aus oder legen Sie sie dorthin, wo Ihr Passwort nicht ist.
account-title = Ihr Konto
account-lead = Sie melden sich als { $email } an, mit einem Passwort und einem Code aus Ihrer App.

password-hint = Mindestens 15 Zeichen. Vier oder fünf Wörter ohne Zusammenhang sind stark und leicht zu merken; Regeln für Ziffern und Sonderzeichen gibt es nicht.
account-password-ends-sessions = Alle Ihre anderen Sitzungen enden damit.
account-change-password = Passwort ändern
account-password-changed = Passwort geändert. Ihre anderen Sitzungen wurden beendet

account-devices = Andere Geräte
account-other-sessions =

    { $count ->
        [0] Sie sind nur hier angemeldet.
        [one] Es kann noch eine weitere Sitzung von Ihnen geben, in einem anderen Browser oder weil Sie sich nicht abgemeldet haben.
       *[other] Es kann noch { $count } weitere Sitzungen von Ihnen geben, in anderen Browsern oder weil Sie sich nicht abgemeldet haben.
    }
account-sign-out-elsewhere = Überall sonst abmelden
account-nowhere-else = Sie waren nirgends sonst angemeldet
account-signed-out-elsewhere = Sie sind überall sonst abgemeldet

account-recovery-codes = Wiederherstellungscodes
account-codes-left =

    { $count ->
        [0] Sie haben keinen Wiederherstellungscode mehr: Ohne Ihre App könnte Sie niemand hereinlassen.
        [one] Ein Wiederherstellungscode ist noch übrig.
       *[other] { $count } Wiederherstellungscodes sind noch übrig.
    }
account-codes-each = Jeder lässt Sie einmal anstelle der App hinein. Neue machen die alten sofort wertlos.
account-code-hint = Einer, den Sie noch nicht benutzt haben: Der Code, mit dem Sie sich angemeldet haben, gilt kein zweites Mal.
account-make-codes = Neue Wiederherstellungscodes erzeugen

account-language = Sprache der Seiten
account-language-hint = Dieser Browser merkt sie sich, bis Sie sich abmelden.
account-organisations = Ihre Organisationen
account-as-role = als { $role }
role-owner = Inhaber
role-administrator = Verwalter
role-accountant = Buchhalter
role-biller = Fakturist
role-auditor = Prüfer
role-approver = Freigeber
