# Wenn die Platte voll ist.

no-space-title = Nicht gespeichert: kein Platz mehr
no-space-what = Der Server hat keinen Platz mehr zum Schreiben. Es wurde nichts geändert, und nichts ist halb getan.
no-space-todo = Bitten Sie den Betreiber dieses Servers, Platz auf der Platte zu schaffen, und versuchen Sie es dann noch einmal.
no-space-typed = Was Sie getippt haben, bleibt in dieser Seite erhalten. Lassen Sie sie offen, bitten Sie den Betreiber dieses Servers, Platz auf der Platte zu schaffen, und senden Sie es dann noch einmal.
no-space-again = Noch einmal senden
no-space-notice = Nur Lesen: Der Server hat keinen Platz mehr.
no-space-notice-lead = Alles lässt sich lesen, nichts ändern. Der Betreiber muss Platz auf der Platte schaffen; dann geht es von selbst weiter.
