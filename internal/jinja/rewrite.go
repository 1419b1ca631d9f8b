package jinja

// Computed stands in a tree for a string that a function makes the value of:
// f gets the string as its only argument.
func Computed(text *Const, f Func) Expr { return Applied(text, f) }

// Applied stands in a tree for what a function makes of an expression's value.
func Applied(x Expr, f Func) Expr {
	place := at{x.Position()}
	return &CallExpr{
		at:   place,
		X:    &Const{at: place, Value: &global{"text", f}},
		Args: Args{Positional: []Expr{x}},
	}
}

// MapTexts gives an argument with other expressions in the place of the
// strings whose value it has: its own, those of lists and dicts in it, and of
// what it chooses between or falls back to. change returns what it was given to leave it alone.
func MapTexts(x Expr, change func(*Const) Expr) Expr {
	switch x := x.(type) {
	case *Const:
		if _, ok := x.Value.(string); ok {
			return change(x)
		}
	case *List:
		x.Items = mapTexts(x.Items, change)
	case *Tuple:
		x.Items = mapTexts(x.Items, change)
	case *Dict:
		x.Values = mapTexts(x.Values, change)
	case *Concat:
		x.Items = mapTexts(x.Items, change)
	case *Cond:
		x.Then = MapTexts(x.Then, change)
		if x.Else != nil {
			x.Else = MapTexts(x.Else, change)
		}
	case *Filter:
		if x.Name == "default" || x.Name == "d" {
			x.X, x.Args.Positional = MapTexts(x.X, change), mapTexts(x.Args.Positional, change)
		}
	case *Binary:
		if x.Op == "+" || x.Op == "or" || x.Op == "and" {
			x.X, x.Y = MapTexts(x.X, change), MapTexts(x.Y, change)
		}
	}
	return x
}

func mapTexts(list []Expr, change func(*Const) Expr) []Expr {
	for i, x := range list {
		list[i] = MapTexts(x, change)
	}
	return list
}
