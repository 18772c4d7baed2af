# The ledger read as a log.

security-log = Security log
security-log-lead = Who did what, and when. Every line is an entry of the ledger: it cannot be changed or left out without it showing.
security-log-topics = Topics
security-log-nothing = Nothing here
security-log-go-on = Nothing on this topic is among the entries looked through. Go on to older ones.
security-log-never = Nothing on this topic has happened yet.
csv = CSV
topic-everything = Everything
topic-people = People and sign-ins
topic-settings = Settings, payee and keys
topic-documents = Documents and payments
topic-sharing = Mails and links
account-log = What happened last
account-log-lead = Is there a sign-in that was not you? Change the password: all other sessions end with it.
