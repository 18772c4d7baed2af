# Anmelden.

sign-in-title = Anmelden
sign-in = Anmelden
sign-in-signed-out = Sie sind abgemeldet, und dieser Browser hat vergessen, was Sie gesehen haben.
sign-in-warning = Sehen Sie auf die Adresszeile, bevor Sie tippen: Eine E-Mail von uns fragt nie nach Ihrem Passwort.

second-factor-title = Zweiter Faktor
second-factor-heading = Noch ein Schritt
second-factor-lead = Ihr Passwort stimmt. Der Code aus Ihrer Authenticator-App zeigt, dass Sie es sind.
second-factor-no-app = Ich habe die App nicht zur Hand
second-factor-recovery-hint = Einer der Codes, die Sie beim Einrichten der App aufbewahrt haben. Jeder gilt einmal; in Groß- oder Kleinschreibung, mit oder ohne Bindestriche.
second-factor-recover = Mit dem Wiederherstellungscode anmelden
second-factor-other-person = Als jemand anderes anmelden
second-factor-recovered = Sie sind angemeldet. Dieser Wiederherstellungscode ist verbraucht: Streichen Sie ihn durch
second-factor-wrong-recovery-code = Das ist keiner Ihrer unbenutzten Wiederherstellungscodes.
