# capellad
