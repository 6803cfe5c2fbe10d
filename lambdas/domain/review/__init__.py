"""What a review is: its words, its rules, its times. Pure: nothing here calls anybody."""
