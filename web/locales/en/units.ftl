# Units of measure by their codes (UN/ECE Rec. 20 and 21): to choose from, and behind a quantity.

unit-C62 = piece
quantity-C62 =
    { $count ->
        [one] { $quantity } piece
       *[other] { $quantity } pieces
    }
unit-HUR = hour
quantity-HUR =
    { $count ->
        [one] { $quantity } hour
       *[other] { $quantity } hours
    }
unit-DAY = day
quantity-DAY =
    { $count ->
        [one] { $quantity } day
       *[other] { $quantity } days
    }
unit-WEE = week
quantity-WEE =
    { $count ->
        [one] { $quantity } week
       *[other] { $quantity } weeks
    }
unit-MON = month
quantity-MON =
    { $count ->
        [one] { $quantity } month
       *[other] { $quantity } months
    }
unit-QAN = quarter
quantity-QAN =
    { $count ->
        [one] { $quantity } quarter
       *[other] { $quantity } quarters
    }
unit-ANN = year
quantity-ANN =
    { $count ->
        [one] { $quantity } year
       *[other] { $quantity } years
    }
unit-MIN = minute
quantity-MIN =
    { $count ->
        [one] { $quantity } minute
       *[other] { $quantity } minutes
    }
unit-LS = lump sum
quantity-LS =
    { $count ->
        [one] { $quantity } lump sum
       *[other] { $quantity } lump sums
    }
unit-SET = set
quantity-SET =
    { $count ->
        [one] { $quantity } set
       *[other] { $quantity } sets
    }
unit-PR = pair
quantity-PR =
    { $count ->
        [one] { $quantity } pair
       *[other] { $quantity } pairs
    }
unit-DZN = dozen
quantity-DZN =
    { $count ->
        [one] { $quantity } dozen
       *[other] { $quantity } dozen
    }
unit-XPK = package
quantity-XPK =
    { $count ->
        [one] { $quantity } package
       *[other] { $quantity } packages
    }
unit-XBX = box
quantity-XBX =
    { $count ->
        [one] { $quantity } box
       *[other] { $quantity } boxes
    }
unit-XCT = carton
quantity-XCT =
    { $count ->
        [one] { $quantity } carton
       *[other] { $quantity } cartons
    }
unit-XPX = pallet
quantity-XPX =
    { $count ->
        [one] { $quantity } pallet
       *[other] { $quantity } pallets
    }
unit-XBO = bottle
quantity-XBO =
    { $count ->
        [one] { $quantity } bottle
       *[other] { $quantity } bottles
    }
unit-KGM = kilogram
quantity-KGM =
    { $count ->
        [one] { $quantity } kilogram
       *[other] { $quantity } kilograms
    }
unit-GRM = gram
quantity-GRM =
    { $count ->
        [one] { $quantity } gram
       *[other] { $quantity } grams
    }
unit-TNE = tonne
quantity-TNE =
    { $count ->
        [one] { $quantity } tonne
       *[other] { $quantity } tonnes
    }
unit-MTR = metre
quantity-MTR =
    { $count ->
        [one] { $quantity } metre
       *[other] { $quantity } metres
    }
unit-CMT = centimetre
quantity-CMT =
    { $count ->
        [one] { $quantity } centimetre
       *[other] { $quantity } centimetres
    }
unit-MMT = millimetre
quantity-MMT =
    { $count ->
        [one] { $quantity } millimetre
       *[other] { $quantity } millimetres
    }
unit-KMT = kilometre
quantity-KMT =
    { $count ->
        [one] { $quantity } kilometre
       *[other] { $quantity } kilometres
    }
unit-MTK = square metre
quantity-MTK =
    { $count ->
        [one] { $quantity } square metre
       *[other] { $quantity } square metres
    }
unit-MTQ = cubic metre
quantity-MTQ =
    { $count ->
        [one] { $quantity } cubic metre
       *[other] { $quantity } cubic metres
    }
unit-LTR = litre
quantity-LTR =
    { $count ->
        [one] { $quantity } litre
       *[other] { $quantity } litres
    }
unit-MLT = millilitre
quantity-MLT =
    { $count ->
        [one] { $quantity } millilitre
       *[other] { $quantity } millilitres
    }
unit-HLT = hectolitre
quantity-HLT =
    { $count ->
        [one] { $quantity } hectolitre
       *[other] { $quantity } hectolitres
    }
unit-KWH = kilowatt hour
quantity-KWH =
    { $count ->
        [one] { $quantity } kilowatt hour
       *[other] { $quantity } kilowatt hours
    }
unit-MWH = megawatt hour
quantity-MWH =
    { $count ->
        [one] { $quantity } megawatt hour
       *[other] { $quantity } megawatt hours
    }
unit-KWT = kilowatt
quantity-KWT =
    { $count ->
        [one] { $quantity } kilowatt
       *[other] { $quantity } kilowatts
    }
unit-E48 = service unit
quantity-E48 =
    { $count ->
        [one] { $quantity } service unit
       *[other] { $quantity } service units
    }
unit-E54 = trip
quantity-E54 =
    { $count ->
        [one] { $quantity } trip
       *[other] { $quantity } trips
    }
unit-IE = person
quantity-IE =
    { $count ->
        [one] { $quantity } person
       *[other] { $quantity } people
    }
unit-P1 = percent
quantity-P1 =
    { $count ->
        [one] { $quantity } percent
       *[other] { $quantity } percent
    }
unit-ZZ = mutually defined
quantity-ZZ =
    { $count ->
        [one] { $quantity } mutually defined
       *[other] { $quantity } mutually defined
    }
