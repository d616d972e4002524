# pbx
