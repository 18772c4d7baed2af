# Maßeinheiten nach ihren Codes (UN/ECE Rec. 20 und 21): zur Auswahl, und hinter einer Menge.

unit-C62 = Stück
quantity-C62 =
    { $count ->
        [one] { $quantity } Stück
       *[other] { $quantity } Stück
    }
unit-HUR = Stunde
quantity-HUR =
    { $count ->
        [one] { $quantity } Stunde
       *[other] { $quantity } Stunden
    }
unit-DAY = Tag
quantity-DAY =
    { $count ->
        [one] { $quantity } Tag
       *[other] { $quantity } Tage
    }
unit-WEE = Woche
quantity-WEE =
    { $count ->
        [one] { $quantity } Woche
       *[other] { $quantity } Wochen
    }
unit-MON = Monat
quantity-MON =
    { $count ->
        [one] { $quantity } Monat
       *[other] { $quantity } Monate
    }
unit-QAN = Quartal
quantity-QAN =
    { $count ->
        [one] { $quantity } Quartal
       *[other] { $quantity } Quartale
    }
unit-ANN = Jahr
quantity-ANN =
    { $count ->
        [one] { $quantity } Jahr
       *[other] { $quantity } Jahre
    }
unit-MIN = Minute
quantity-MIN =
    { $count ->
        [one] { $quantity } Minute
       *[other] { $quantity } Minuten
    }
unit-LS = Pauschale
quantity-LS =
    { $count ->
        [one] { $quantity } Pauschale
       *[other] { $quantity } Pauschalen
    }
unit-SET = Satz
quantity-SET =
    { $count ->
        [one] { $quantity } Satz
       *[other] { $quantity } Sätze
    }
unit-PR = Paar
quantity-PR =
    { $count ->
        [one] { $quantity } Paar
       *[other] { $quantity } Paar
    }
unit-DZN = Dutzend
quantity-DZN =
    { $count ->
        [one] { $quantity } Dutzend
       *[other] { $quantity } Dutzend
    }
unit-XPK = Paket
quantity-XPK =
    { $count ->
        [one] { $quantity } Paket
       *[other] { $quantity } Pakete
    }
unit-XBX = Schachtel
quantity-XBX =
    { $count ->
        [one] { $quantity } Schachtel
       *[other] { $quantity } Schachteln
    }
unit-XCT = Karton
quantity-XCT =
    { $count ->
        [one] { $quantity } Karton
       *[other] { $quantity } Kartons
    }
unit-XPX = Palette
quantity-XPX =
    { $count ->
        [one] { $quantity } Palette
       *[other] { $quantity } Paletten
    }
unit-XBO = Flasche
quantity-XBO =
    { $count ->
        [one] { $quantity } Flasche
       *[other] { $quantity } Flaschen
    }
unit-KGM = Kilogramm
quantity-KGM =
    { $count ->
        [one] { $quantity } Kilogramm
       *[other] { $quantity } Kilogramm
    }
unit-GRM = Gramm
quantity-GRM =
    { $count ->
        [one] { $quantity } Gramm
       *[other] { $quantity } Gramm
    }
unit-TNE = Tonne
quantity-TNE =
    { $count ->
        [one] { $quantity } Tonne
       *[other] { $quantity } Tonnen
    }
unit-MTR = Meter
quantity-MTR =
    { $count ->
        [one] { $quantity } Meter
       *[other] { $quantity } Meter
    }
unit-CMT = Zentimeter
quantity-CMT =
    { $count ->
        [one] { $quantity } Zentimeter
       *[other] { $quantity } Zentimeter
    }
unit-MMT = Millimeter
quantity-MMT =
    { $count ->
        [one] { $quantity } Millimeter
       *[other] { $quantity } Millimeter
    }
unit-KMT = Kilometer
quantity-KMT =
    { $count ->
        [one] { $quantity } Kilometer
       *[other] { $quantity } Kilometer
    }
unit-MTK = Quadratmeter
quantity-MTK =
    { $count ->
        [one] { $quantity } Quadratmeter
       *[other] { $quantity } Quadratmeter
    }
unit-MTQ = Kubikmeter
quantity-MTQ =
    { $count ->
        [one] { $quantity } Kubikmeter
       *[other] { $quantity } Kubikmeter
    }
unit-LTR = Liter
quantity-LTR =
    { $count ->
        [one] { $quantity } Liter
       *[other] { $quantity } Liter
    }
unit-MLT = Milliliter
quantity-MLT =
    { $count ->
        [one] { $quantity } Milliliter
       *[other] { $quantity } Milliliter
    }
unit-HLT = Hektoliter
quantity-HLT =
    { $count ->
        [one] { $quantity } Hektoliter
       *[other] { $quantity } Hektoliter
    }
unit-KWH = Kilowattstunde
quantity-KWH =
    { $count ->
        [one] { $quantity } Kilowattstunde
       *[other] { $quantity } Kilowattstunden
    }
unit-MWH = Megawattstunde
quantity-MWH =
    { $count ->
        [one] { $quantity } Megawattstunde
       *[other] { $quantity } Megawattstunden
    }
unit-KWT = Kilowatt
quantity-KWT =
    { $count ->
        [one] { $quantity } Kilowatt
       *[other] { $quantity } Kilowatt
    }
unit-E48 = Leistungseinheit
quantity-E48 =
    { $count ->
        [one] { $quantity } Leistungseinheit
       *[other] { $quantity } Leistungseinheiten
    }
unit-E54 = Fahrt
quantity-E54 =
    { $count ->
        [one] { $quantity } Fahrt
       *[other] { $quantity } Fahrten
    }
unit-IE = Person
quantity-IE =
    { $count ->
        [one] { $quantity } Person
       *[other] { $quantity } Personen
    }
unit-P1 = Prozent
quantity-P1 =
    { $count ->
        [one] { $quantity } Prozent
       *[other] { $quantity } Prozent
    }
unit-ZZ = nach Vereinbarung
quantity-ZZ =
    { $count ->
        [one] { $quantity } nach Vereinbarung
       *[other] { $quantity } nach Vereinbarung
    }
