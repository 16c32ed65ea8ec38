" Go templates on top of YAML, wherever they stand.

syntax case match
syntax region werfAction matchgroup=werfDelimiter start=/{{-\?/ end=/-\?}}/ containedin=ALLBUT,@werfInside contains=@werfInside
syntax region werfNote start=/{{-\?\s*\/\*/ end=/\*\/\s*-\?}}/ containedin=ALLBUT,@werfInside
syntax keyword werfKeyword if else end range with define template block break continue include contained
syntax keyword werfConstant true false nil contained
syntax match werfVariable /\$\w*/ contained
syntax match werfField /\.\h\w*/ contained
syntax match werfNumber /\<\d[0-9_.]*\>/ contained
syntax match werfOperator /:=\|=\||/ contained
syntax region werfString start=/"/ skip=/\\./ end=/"/ oneline contained
syntax region werfString start=/`/ end=/`/ contained
syntax cluster werfInside contains=werfKeyword,werfConstant,werfVariable,werfField,werfNumber,werfOperator,werfString

highlight default link werfDelimiter PreProc
highlight default link werfAction Function
highlight default link werfNote Comment
highlight default link werfKeyword Statement
highlight default link werfConstant Boolean
highlight default link werfVariable Identifier
highlight default link werfField Identifier
highlight default link werfNumber Number
highlight default link werfOperator Operator
highlight default link werfString String
