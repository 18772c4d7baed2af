# One’s own account.

account-new-codes-title = New recovery codes
account-new-codes = Your new recovery codes
account-new-codes-lead = The old ones open nothing any more: throw them away. These are shown { $emphasis }: print them, or put them where your password is not.
account-title = Your account
account-lead = You sign in as { $email }, with a password and a code from your app.

password-hint = At least 15 characters. Four or five unrelated words are strong and easy to remember; no rules about digits and signs.
account-password-ends-sessions = All your other sessions end with it.
account-change-password = Change the password
account-password-changed = Password changed. Your other sessions were ended

account-devices = Other devices
account-other-sessions =

    { $count ->
        [0] You are signed in here and nowhere else.
        [one] There may be one other session of yours, in another browser or one you did not sign out of.
       *[other] There may be { $count } other sessions of yours, in other browsers or ones you did not sign out of.
    }
account-sign-out-elsewhere = Sign out everywhere else
account-nowhere-else = You were signed in nowhere else
account-signed-out-elsewhere = You are signed out everywhere else

account-recovery-codes = Recovery codes
account-codes-left =

    { $count ->
        [0] None of your recovery codes is left: without your app nobody could let you in.
        [one] One recovery code is left.
       *[other] { $count } recovery codes are left.
    }
account-codes-each = Each lets you in once instead of the app. New ones make the old ones useless at once.
account-code-hint = One that you have not used yet: the code you signed in with does not count again.
account-make-codes = Make new recovery codes

account-language = Language of the pages
account-language-hint = This browser remembers it until you sign out.
account-organisations = Your organisations
account-as-role = as { $role }
role-owner = owner
role-administrator = administrator
role-accountant = accountant
role-biller = biller
role-auditor = auditor
role-approver = approver
