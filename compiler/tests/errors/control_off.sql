SET control.token = '${TOKEN}';
SET control.listen = 'off';
