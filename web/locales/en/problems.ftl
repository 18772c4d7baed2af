# What is wrong with a field, and what would be right.

problem-missing = This is needed.
problem-too-long = At most { $most } characters; this has { $found }.
problem-invisible = The invisible character { $code } is not allowed here: remove it.
problem-date = A date of the calendar, such as 2026-12-31.
problem-colour = A colour is a # and six hexadecimal digits, such as #1d4466.
problem-email-long = An e-mail address has at most 254 characters, and 64 before the @.
problem-email-at = An e-mail address has one @, as in name@example.com.
problem-email-local = Before the @ only ASCII letters, digits, single dots and { $signs } are possible.
problem-email-domain = After the @ a domain such as example.com is needed; write international names in their xn-- form.
problem-iban-missing = The IBAN is missing.
problem-iban-characters = An IBAN has only the letters A to Z and digits.
problem-iban-start = An IBAN starts with two letters for the country and two digits, such as DE89.
problem-iban-country = No country with the code { $country } has IBANs.
problem-iban-length = An IBAN for { $country } has { $expected } characters; this has { $found }.
problem-iban-checksum = The check digits do not fit; a character is wrong or two are exchanged.
problem-bic-length = A BIC has 8 or 11 characters; this has { $found }.
problem-bic-characters = A BIC is four letters, two letters for the country, and two or five letters or digits.
problem-bic-country = A BIC has its country in the fifth and sixth place; { $country } is none.
problem-vat-prefix = A VAT identifier starts with the two letters of its country, such as DE, and EL for Greece.
problem-vat-shape = A VAT identifier of { $country } looks like { $example }.
problem-vat-characters = After the country a VAT identifier has 2 to 18 letters and digits.
problem-money-decimals = { $currency } has no more than { $decimals } decimals.
problem-money-large = The sum is too large.
problem-password-short = { $found } characters are too few, use at least { $least }: four unrelated words are easy to remember.
problem-password-long = More than { $most } characters cannot be used.
problem-password-context = Your name, address, organisation or product are guessed first, and too little remains without them: add unrelated words.
problem-password-guessable = This password is guessed early because { $why }: add unrelated words.
problem-slug = 2 to 40 lower-case letters, digits and hyphens, beginning with a letter.
problem-no-tax-number = A VAT identifier or a tax number is needed (BR-CO-26).
problem-payment-days = At most 365 days.
problem-language = A language tag of BCP 47, such as en or de.
problem-country = Two letters of ISO 3166-1, such as DE or FR.
problem-not-positive = An amount above zero.
problem-more-than-open = Only { $open } is open.
problem-not-yet = A day that has come: today or earlier.
problem-year = A year of four digits, from { $first }.
problem-not-your-password = This is not your password.
problem-same-password = This is the old one: choose another.
problem-wrong-code = The code is not right, or was used before: wait for the next one.
problem-wrong-sign-in = The address or the password is not right.
problem-logo-file = The file is larger than 1 MB: choose a smaller one.
problem-logo-format = Choose a PNG or JPEG file.
problem-logo-pixels = The image has more than 4096 pixels to a side: choose a smaller one.
problem-logo-unreadable = The image cannot be read: save it anew as PNG.
problem-logo-detail = The image has too much detail for a logo: choose a simpler one.

weakness-common = it is like one of the most used passwords
weakness-word = it is little more than one common word
weakness-names = it is made of common names
weakness-keyboard = its keys lie side by side on the keyboard
weakness-repeats = it repeats the same characters
weakness-sequence = it is a sequence such as abcdef or 987654
weakness-date = it is little more than a date or year
weakness-patterns = it is made of a few words or patterns that are tried early

throttled-seconds =

    { $count ->
        [one] Too many failed attempts: wait a second and try again.
       *[other] Too many failed attempts: wait { $count } seconds and try again.
    }
throttled-minutes =

    { $count ->
        [one] Too many failed attempts: wait a minute and try again.
       *[other] Too many failed attempts: wait { $count } minutes and try again.
    }
throttled-hours =

    { $count ->
        [one] Too many failed attempts: wait an hour and try again.
       *[other] Too many failed attempts: wait { $count } hours and try again.
    }
problem-gtin = A GTIN has 8, 12, 13 or 14 digits, the last of which checks the others.
problem-unit = Choose a unit of the list.
problem-price = A price is not below zero (BR-27).
problem-too-many-contacts = At most { $most } contacts; these are { $found }.
problem-contact-without-email = Choose a contact with an e-mail address.
problem-pattern-character = A number is made of A to Z, digits and - / . _, not of { $character }
problem-pattern-start = A number begins with a letter or a digit, not with { $character }
problem-pattern-bracket = A part stands in brackets, such as { $example }.
problem-pattern-part = There is no part { $part }, only { $parts }.
problem-pattern-twice = Year, month and running number each stand in it once.
problem-pattern-number = The running number is missing: { $example } for four digits.
problem-pattern-month = With a month the year is needed, too: { $examples }.
problem-number-again = Documents have numbers that this pattern would give again, such as { $number }: a number is given once.
problem-number-of-invoices = Invoices could get the same numbers, such as { $number }: choose another pattern, or one series for both.
problem-start = A whole number from 1 to { $most }.
problem-has-begun = The series has begun, and goes on with { $number }: only one without documents can begin elsewhere.
problem-account-there = This account is entered already.
problem-too-many-accounts = At most { $most } accounts: end one first.
problem-place = There is no place { $place }: see what can be put in.
problem-no-link = The text needs { $link } once, on a line of its own.
problem-link-in-subject = The link opens the document: it stands in the text only.
