# Signing in.

sign-in-title = Sign in
sign-in = Sign in
sign-in-signed-out = You are signed out, and this browser has forgotten the pages you saw.
sign-in-warning = Look at the address bar before you type: a mail from us never asks for your password.

second-factor-title = Second factor
second-factor-heading = One more step
second-factor-lead = Your password is right. The code from your authenticator app shows that it is you.
second-factor-no-app = The app is not at hand
second-factor-recovery-hint = One of the codes you kept when you set up the app. Each works once; small or capital letters, with or without hyphens.
second-factor-recover = Sign in with the recovery code
second-factor-other-person = Sign in as somebody else
second-factor-recovered = You are signed in. That recovery code is used up: cross it out
second-factor-wrong-recovery-code = This is none of your unused recovery codes.
